/** What each kind of item consists of, for the one form that edits them all. A new kind needs an entry here and its words. */
import { MAX_TEXT } from '../../../../server/contract/limits.ts'
import { Role } from '../../../../server/contract/desk.ts'
import { WeekInput } from '../controls/week.tsx'
import type { Description, Source } from '../fields.ts'
import { PersonRole } from '../people/person-role.tsx'
import { accessRule } from './access.ts'
import { level, name, skill } from './common.ts'
import { form } from './form.ts'
import { mask } from './mask.ts'
import { keepingRule } from './keeping.ts'
import { queue } from './queue.ts'
import { samplingRule } from './sampling.ts'
import { scorecard } from './scorecard.ts'
import { site } from './site.ts'

const profile: Description = {
  fields: [
    { at: 'teamId', label: 'admin.team', is: 'pick', of: 'team', none: 'admin.noTeam' },
    {
      ...{ at: 'queues', label: 'admin.servesQueues', is: 'rows', add: 'admin.addQueue' },
      fields: [
        { at: 'queueId', label: 'admin.queue', is: 'pick', of: 'queue' },
        { at: 'priority', label: 'admin.memberPriority', is: 'number', min: 1, max: 9 },
      ],
      blank: () => ({ queueId: '', priority: 1 }),
    },
    {
      ...{ at: 'skills', label: 'admin.hasSkills', is: 'rows', add: 'admin.addSkill' },
      fields: [skill, { at: 'level', label: 'admin.level', ...level }],
      blank: () => ({ skill: '', level: 5 }),
    },
    {
      ...{ at: 'capacity', label: 'admin.capacity', hint: 'admin.capacityHint', is: 'optional' },
      blank: () => [{ chat: 4, voice: 1, video: 0 }],
      fields: [
        {
          ...{ at: '', label: 'admin.combinations', is: 'rows', add: 'admin.addCombination' },
          fields: [
            {
              ...{ at: '', label: 'admin.atOnce', is: 'media' },
              fields: [{ at: '', label: 'admin.count', is: 'number', min: 0, max: 50 }],
            },
          ],
          blank: () => ({ chat: 1, voice: 1, video: 1 }),
        },
      ],
    },
  ],
  blank: () => ({ teamId: null, queues: [], skills: [], capacity: null }),
}

const hours: Description = {
  fields: [
    name,
    {
      ...{ at: 'timeZone', label: 'admin.timeZone', is: 'text', max: 60, dir: 'ltr' },
      suggest: () => Intl.supportedValuesOf('timeZone'),
    },
    { at: 'week', label: 'admin.week', is: 'own', Own: WeekInput },
    {
      ...{ at: 'exceptions', label: 'admin.exceptions', hint: 'admin.exceptionsHint', is: 'rows' },
      add: 'admin.addDate',
      fields: [
        { at: 'date', label: 'admin.date', is: 'date' },
        { at: 'name', label: 'admin.occasion', is: 'text', max: 80 },
        { at: 'openings', label: 'admin.open', is: 'openings' },
      ],
      blank: () => ({ date: '', name: '', openings: [] }),
    },
  ],
  blank: () => ({
    name: '',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day >= 1 && day <= 5 ? [{ from: '09:00', to: '17:00' }] : [])),
    exceptions: [],
  }),
}

const person: Description = {
  fields: [
    { ...name, label: 'admin.personName', max: 120 },
    { at: 'login', label: 'admin.login', hint: 'admin.loginHint', is: 'text', max: 254, dir: 'ltr' },
    { at: 'role', label: 'admin.role', is: 'own', Own: PersonRole },
    { at: 'disabled', label: 'admin.disabled', hint: 'admin.disabledHint', is: 'tick' },
  ],
  blank: () => ({ name: '', login: '', role: 'agent', disabled: false }),
  about: ({ role, disabled }) => (disabled === true ? 'admin.disabled' : `desk.role_${Role.parse(role)}`),
}

export const descriptions: Record<Source, Description> = {
  ...{ queue, profile, hours, form, site, person, scorecard, samplingRule, mask, keepingRule, accessRule },
  team: {
    fields: [
      name,
      { at: 'leaderBoard', label: 'judge.boardSwitch', hint: 'judge.boardSwitchHint', is: 'tick' },
    ],
    blank: () => ({ name: '', leaderBoard: false }),
  },
  skill: {
    fields: [name, { at: 'language', label: 'admin.language', is: 'language', none: 'admin.noLanguage' }],
    blank: () => ({ name: '', language: null }),
  },
  awayReason: { fields: [name], blank: () => ({ name: '' }) },
  cannedReply: {
    fields: [
      name,
      { at: 'folder', label: 'work.replyFolder', is: 'text', max: 200 },
      { at: 'language', label: 'work.replyLanguage', is: 'language', none: 'work.anyLanguage' },
      {
        ...{ at: 'text', label: 'work.replyText', hint: 'work.replyTextHint', is: 'text' },
        ...{ max: MAX_TEXT, long: true },
      },
    ],
    blank: () => ({ name: '', folder: '', language: null, text: '' }),
  },
  disposition: {
    fields: [
      name,
      { at: 'parentId', label: 'admin.under', is: 'pick', of: 'disposition', none: 'admin.topLevel' },
    ],
    blank: () => ({ name: '', parentId: null }),
  },
}
