/** Drawings of Lucide, as in `icons.ts`, that only the desk's work with colleagues needs. */
export const forwardIcon = 'm15 17 5-5-5-5M4 18v-2a4 4 0 0 1 4-4h12'
export const userPlusIcon =
  'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M5 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M19 8L19 14M22 11L16 11'
export const gaugeIcon = 'm12 14 4-4M3.34 19a10 10 0 1 1 17.32 0'
export const chevronLeftIcon = 'm15 18-6-6 6-6'
export const chevronRightIcon = 'm9 18 6-6-6-6'
export const chevronsLeftIcon = 'm11 17-5-5 5-5M18 17l-5-5 5-5'
export const chevronsRightIcon = 'm6 17 5-5-5-5M13 17l5-5-5-5'
export const calendarIcon =
  'M8 2v4M16 2v4M3 10h18M5 4h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z'
