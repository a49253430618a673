import type { Section } from '../i18n/keys.ts'

/** Words that everybody at the desk needs. */
export const sections: readonly Section[] = [
  'common',
  'ui',
  'staff',
  'call',
  'desk',
  'devices',
  'work',
  'replay',
  'share',
  'find',
  'team',
  'day',
  'judge',
  'access',
  'push',
]
