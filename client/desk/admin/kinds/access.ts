import { accessScopes, type Sensitivity, sensitivities } from '../../../../server/access/access.ts'
import { AccessRole } from '../../../../server/contract/access.ts'
import type { Role } from '../../../../server/contract/desk.ts'
import type { Key } from '../../../i18n/keys.ts'
import type { Description, Field } from '../fields.ts'
import { name } from './common.ts'

export const levelWord = (level: string): Key => `access.level_${level as Sensitivity}`
type Scope = (typeof accessScopes)[number]

/** How sensitive what comes into a queue is. */
export const queueAccess: Field = {
  ...{ at: '', label: 'access.listening', is: 'group' },
  fields: [
    {
      ...{ at: 'sensitivity', label: 'access.sensitivity', hint: 'access.sensitivityHint', is: 'choice' },
      ...{ options: sensitivities, word: levelWord },
    },
    { at: 'approval', label: 'access.approval', hint: 'access.approvalHint', is: 'tick' },
  ],
}

export const accessRule: Description = {
  fields: [
    name,
    {
      ...{ at: 'roles', label: 'access.roles', hint: 'access.rolesHint', is: 'several' },
      options: AccessRole.options,
      word: (role): Key => `desk.role_${role as Role}`,
    },
    { at: 'teams', label: 'access.teams', hint: 'access.teamsHint', is: 'picks', of: 'team' },
    {
      ...{ at: 'whose', label: 'access.whose', is: 'choice', options: accessScopes },
      word: (whose): Key => `access.whose_${whose as Scope}`,
    },
    {
      ...{ at: 'queues', label: 'access.queues', is: 'picks', of: 'queue' },
      when: ({ whose }) => whose === 'queues',
    },
    {
      ...{ at: 'upTo', label: 'access.upTo', hint: 'access.upToHint', is: 'choice', options: sensitivities },
      word: levelWord,
    },
    {
      ...{ at: 'askFrom', label: 'access.askFrom', hint: 'access.askFromHint', is: 'choice' },
      ...{ options: sensitivities, none: 'access.ask_never' },
      word: (level): Key => `access.ask_${level as Sensitivity}`,
    },
    { at: 'unmasked', label: 'access.unmasked', hint: 'access.unmaskedHint', is: 'tick' },
  ],
  blank: () => ({
    ...{ name: '', roles: ['reviewer'], teams: [], whose: 'all', queues: [] },
    ...{ upTo: 'normal', askFrom: null, unmasked: false },
  }),
  about: ({ whose }): Key => `access.whose_${whose as Scope}`,
}
