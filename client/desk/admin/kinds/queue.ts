import { noWrapUp, usualCallback, usualVoicemail } from '../../../../server/contract/configuration.ts'
import type { Description, Field } from '../fields.ts'
import { queueAccess } from './access.ts'
import { DAY, HOUR, level, MINUTE, name, skill } from './common.ts'

/** What a queue promises, of whom it asks what, and what it does with what waits too long. */
const promise: Field = {
  ...{ at: '', label: 'admin.promise', is: 'group' },
  fields: [
    { at: 'priority', label: 'admin.priority', hint: 'admin.priorityHint', is: 'number', min: 0, max: 100 },
    {
      ...{ at: 'target', label: 'admin.target', hint: 'admin.targetHint', is: 'media' },
      fields: [
        { at: 'share', label: 'admin.share', is: 'percent' },
        { at: 'withinMs', label: 'admin.within', is: 'span', min: 0, max: DAY },
      ],
    },
    {
      at: 'maxLength',
      label: 'admin.maxLength',
      is: 'number',
      min: 0,
      max: 100_000,
      none: 'admin.unlimited',
    },
    { at: 'hoursId', label: 'admin.hours', is: 'pick', of: 'hours', none: 'admin.alwaysOpen' },
  ],
}

const whoTakes: Field = {
  ...{ at: '', label: 'admin.whoTakes', is: 'group' },
  fields: [
    {
      ...{ at: 'requires', label: 'admin.requires', is: 'rows', add: 'admin.addSkill' },
      fields: [skill, { at: 'min', label: 'admin.levelLeast', ...level }],
      blank: () => ({ skill: '', min: 1 }),
    },
    {
      ...{ at: 'prefers', label: 'admin.prefers', is: 'rows', add: 'admin.addSkill' },
      fields: [skill, { at: 'weight', label: 'admin.weight', is: 'number', min: 1, max: 100 }],
      blank: () => ({ skill: '', weight: 1 }),
    },
    {
      at: 'lastAgentMs',
      label: 'admin.lastAgent',
      hint: 'admin.lastAgentHint',
      is: 'span',
      min: 0,
      max: HOUR,
    },
    {
      ...{ at: 'offerMs', label: 'admin.offerMs', is: 'media' },
      fields: [{ at: '', label: 'admin.duration', is: 'span', min: 5_000, max: HOUR }],
    },
  ],
}

const tooLong: Field = {
  ...{ at: '', label: 'admin.tooLong', is: 'group' },
  fields: [
    {
      ...{ at: 'rings', label: 'admin.rings', hint: 'admin.ringsHint', is: 'rows', add: 'admin.addStep' },
      fields: [
        { at: 'afterMs', label: 'admin.after', is: 'span', min: 0, max: DAY },
        { at: 'lower', label: 'admin.lower', is: 'number', min: 0, max: 10 },
        { at: 'drop', label: 'admin.drop', is: 'picks', of: 'skill' },
      ],
      blank: () => ({ afterMs: MINUTE, lower: 1, drop: [] }),
    },
    {
      ...{ at: 'overflow', label: 'admin.overflow', is: 'rows', add: 'admin.addQueue' },
      fields: [
        { at: 'afterMs', label: 'admin.after', is: 'span', min: 0, max: DAY },
        { at: 'toQueueId', label: 'admin.queue', is: 'pick', of: 'queue' },
      ],
      blank: () => ({ afterMs: 2 * MINUTE, toQueueId: '' }),
    },
    {
      ...{ at: 'ageing', label: 'admin.ageing', is: 'optional' },
      fields: [
        { at: 'everyMs', label: 'admin.every', is: 'span', min: 1_000, max: DAY },
        { at: 'step', label: 'admin.ageingStep', is: 'number', min: 1, max: 100 },
        { at: 'most', label: 'admin.ageingMost', is: 'number', min: 1, max: 1_000 },
      ],
      blank: () => ({ everyMs: MINUTE, step: 1, most: 10 }),
    },
  ],
}

const wanted = {
  ...{ is: 'choice' as const, options: ['none', 'optional', 'required'] },
  word: (option: string) => `admin.wanted_${option as 'none' | 'optional' | 'required'}` as const,
}

const afterwards: Field = {
  ...{ at: 'wrapUp', label: 'admin.wrapUp', is: 'group' },
  fields: [
    {
      ...{ at: 'mode', label: 'admin.wrapUpMode', is: 'choice', options: ['none', 'optional', 'timed'] },
      word: (option) => `admin.wrapUp_${option as 'none' | 'optional' | 'timed'}`,
    },
    ...[
      { at: 'ms', label: 'admin.wrapUpTime', is: 'span', min: 1_000, max: HOUR } as const,
      { at: 'extensionMs', label: 'admin.extension', is: 'span', min: 0, max: HOUR } as const,
      { at: 'disposition', label: 'admin.kind_disposition', ...wanted } as const,
      { at: 'note', label: 'admin.wrapUpNote', ...wanted } as const,
    ].map((field): Field => ({ ...field, when: ({ mode }) => mode !== 'none' })),
  ],
}

const instead: Field = {
  ...{ at: '', label: 'admin.instead', is: 'group' },
  fields: [
    {
      ...{ at: 'callback', label: 'admin.callback', is: 'optional', blank: () => usualCallback },
      fields: [
        { at: 'attempts', label: 'admin.attempts', is: 'number', min: 1, max: 10 },
        { at: 'everyMs', label: 'admin.every', is: 'span', min: 10_000, max: DAY },
        { at: 'ringMs', label: 'admin.ringMs', is: 'span', min: 10_000, max: 300_000 },
        { at: 'expiresMs', label: 'admin.expires', is: 'span', min: MINUTE, max: 7 * DAY },
      ],
    },
    {
      ...{ at: 'voicemail', label: 'admin.voicemail', is: 'optional', blank: () => usualVoicemail },
      fields: [
        { at: 'mostMs', label: 'admin.longest', is: 'span', min: 10_000, max: 600_000 },
        { at: 'video', label: 'admin.videoToo', is: 'tick' },
      ],
    },
  ],
}

const transcribe: Field = {
  ...{ at: 'transcribe', label: 'admin.transcribe', hint: 'admin.transcribeHint', is: 'tick' },
}
const captions: Field = {
  ...{ at: 'captions', label: 'admin.captions', hint: 'admin.captionsHint', is: 'tick' },
  when: ({ transcribe: on }) => on === true,
}

const recordConsults: Field = {
  ...{ at: 'recordConsults', label: 'admin.recordConsults', hint: 'admin.recordConsultsHint', is: 'tick' },
}

const withdrawn: Field = {
  ...{ at: 'withdrawn', label: 'admin.withdrawn', is: 'choice', options: ['site', 'goOn', 'end'] },
  word: (option) => `admin.withdrawn_${option as 'site' | 'goOn' | 'end'}`,
}

const recording: Field[] = [withdrawn, transcribe, captions, recordConsults]

export const queue: Description = {
  fields: [name, promise, whoTakes, tooLong, instead, afterwards, ...recording, queueAccess],
  blank: () => ({
    name: '',
    priority: 1,
    target: {
      chat: { share: 0.8, withinMs: 45_000 },
      voice: { share: 0.8, withinMs: 20_000 },
      video: { share: 0.8, withinMs: 20_000 },
    },
    ...{ maxLength: null, hoursId: null, requires: [], prefers: [], rings: [], overflow: [], ageing: null },
    offerMs: { chat: 30_000, voice: 20_000, video: 20_000 },
    ...{ lastAgentMs: 0, callback: usualCallback, voicemail: usualVoicemail, wrapUp: noWrapUp },
    ...{ sensitivity: 'normal', approval: false },
    ...{ transcribe: false, captions: false, recordConsults: false, withdrawn: 'site' },
  }),
}
