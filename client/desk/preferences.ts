import { atom } from 'nanostores'
import type { Locale } from '../../server/contract/words.ts'
import { pickLocale } from '../i18n/locale.ts'
import type { ThemeChoice } from '../ui/theme.ts'
import { browserStore } from '../wire/storage.ts'

/** How this browser shows the desk; kept in it, not on the server. */
export type Preferences = {
  locale: Locale
  theme: ThemeChoice
  density: 'comfortable' | 'compact'
  /** Keep a paused microphone open while available, so that calls start at once; going Available agrees to it. */
  warmMic: boolean
  /** Supervisors: a new alert of the board sounds. */
  alertSound: boolean
}

const KEY = 'parley.desk.preferences'
const store = browserStore()

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(store.get(KEY) ?? '{}') as Partial<Preferences>
  } catch {
    return {}
  }
}

const kept = stored()
export const $preferences = atom<Preferences>({
  locale: pickLocale([kept.locale, ...navigator.languages]),
  theme: kept.theme ?? 'system',
  density: kept.density ?? 'comfortable',
  warmMic: kept.warmMic ?? true,
  alertSound: kept.alertSound ?? true,
})

export function prefer(change: Partial<Preferences>): void {
  const next = { ...$preferences.get(), ...change }
  $preferences.set(next)
  store.set(KEY, JSON.stringify(next))
}
