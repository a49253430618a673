/** Drawings of Lucide, as in `icons.ts`, that only the replay needs; the letters of a range are ours. */
export const pencilIcon =
  'M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497zM15 5l4 4'
export const zoomInIcon = 'M3 11a8 8 0 1 0 16 0a8 8 0 1 0 -16 0M21 21l-4.35-4.35M11 8v6M8 11h6'
export const zoomOutIcon = 'M3 11a8 8 0 1 0 16 0a8 8 0 1 0 -16 0M21 21l-4.35-4.35M8 11h6'
export const wholeIcon = 'M18 8l4 4-4 4M2 12h20M6 8l-4 4 4 4'
export const rangeBeginIcon = 'M5 20l7-16 7 16M8 14h8'
export const rangeEndIcon = 'M7 4v16h6a4.5 4.5 0 0 0 0-9H7h5a3.5 3.5 0 0 0 0-7z'
export const linkIcon =
  'M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71'
export const skipBackIcon = 'M19 20L9 12l10-8zM5 19V5'
export const skipForwardIcon = 'M5 4l10 8-10 8zM19 5v14'
