/** Which browser's words tell how to mend a permission. */
export type BrowserKind = 'chrome' | 'firefox' | 'safari' | 'ios' | 'android' | 'unknown'

export function browserKind(agent: string, touchPoints: number): BrowserKind {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1)) return 'ios'
  if (/Android/.test(agent)) return 'android'
  if (/Firefox\//.test(agent)) return 'firefox'
  if (/Chrome\/|Chromium\//.test(agent)) return 'chrome'
  return /Safari\//.test(agent) ? 'safari' : 'unknown'
}

export const thisBrowser = (): BrowserKind => browserKind(navigator.userAgent, navigator.maxTouchPoints)
