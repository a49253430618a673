/** The site's one colour, made readable: nothing that a site chooses may go below 4.5 : 1. */
import { contrast, readableOn } from '../../ui/contrast.ts'

const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))

/** `share` of `other` in `one`, both `#rrggbb`. */
export function mix(one: string, other: string, share: number): string {
  const b = channels(other)
  const mixed = channels(one).map((value, i) => Math.round(value * (1 - share) + (b[i] ?? 0) * share))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

/** The colour nearest to `accent` that reads as text on `surface`. */
export function readableText(accent: string, surface: string): string {
  const toward = readableOn(surface)
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(accent, toward, share)
    if (contrast(candidate, surface) >= 4.5) return candidate
  }
  return toward
}

/** Values for the accent's tokens, by theme. */
export function accentTokens(accent: string, theme: 'light' | 'dark'): Record<string, string> {
  const surface = theme === 'light' ? '#ffffff' : '#171c22'
  const base = theme === 'light' ? accent : readableText(accent, surface)
  const on = readableOn(base)
  const soft = mix(surface, base, theme === 'light' ? 0.14 : 0.24)
  return {
    '--accent': base,
    '--accent-hover': mix(base, on === '#ffffff' ? '#000000' : '#ffffff', 0.14),
    '--on-accent': on,
    '--accent-soft': soft,
    '--accent-text': readableText(base, soft),
  }
}

/** Sets the tokens on the page's root, and again when the theme changes. Null: Parley's own colour. */
export function wearAccent(accent: string | null): void {
  const root = document.documentElement
  const set = (): void => {
    const theme = root.dataset.theme === 'dark' ? 'dark' : 'light'
    const tokens = accent && /^#[0-9a-f]{6}$/i.test(accent) ? accentTokens(accent, theme) : null
    for (const name of Object.keys(accentTokens('#000000', theme)))
      root.style.setProperty(name, tokens?.[name] ?? '')
  }
  watcher?.disconnect()
  watcher = new MutationObserver(set)
  watcher.observe(root, { attributeFilter: ['data-theme'] })
  set()
}
let watcher: MutationObserver | null = null
