import type { Field } from '../fields.ts'

const modes = ['listen', 'whisper', 'barge'] as const

/** What the audit log holds of a supervisor's part in a conversation. Nobody edits it; it is only read out. */
export const deedFields: readonly Field[] = [
  {
    ...{ at: 'mode', label: 'admin.mode', is: 'choice', options: modes },
    word: (option) => `admin.mode_${option as (typeof modes)[number]}`,
  },
  { at: 'to', label: 'admin.reassignedTo', is: 'text', max: 120 },
  { at: 'text', label: 'admin.spokenWords', is: 'text', max: 4_000 },
]
