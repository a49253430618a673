/** Drawings of Lucide, as in `icons.ts`, that only the desk's work with colleagues needs. */
export const forwardIcon = 'm15 17 5-5-5-5M4 18v-2a4 4 0 0 1 4-4h12'
export const userPlusIcon =
  'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M5 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M19 8L19 14M22 11L16 11'
export const gaugeIcon = 'm12 14 4-4M3.34 19a10 10 0 1 1 17.32 0'
