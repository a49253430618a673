import type { I18n } from '../../../i18n/i18n.ts'

/** A full hour as the clock on the wall shows it, 0 to 23. */
export const wallHour = (hour: number, n: I18n['n']): string =>
  [hour, 0].map((part) => n(part, { minimumIntegerDigits: 2 })).join(':')
