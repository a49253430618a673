/** What the reader asked for; `system` follows the machine. */
export type ThemeChoice = 'system' | 'light' | 'dark'

const dark = () => window.matchMedia('(prefers-color-scheme: dark)')

/** Sets `data-theme` on the root and keeps following the machine where asked. Returns what stops it. */
export function applyTheme(choice: ThemeChoice): () => void {
  const query = dark()
  const set = () => {
    const theme = choice === 'system' ? (query.matches ? 'dark' : 'light') : choice
    document.documentElement.dataset.theme = theme
  }
  set()
  query.addEventListener('change', set)
  return () => query.removeEventListener('change', set)
}
