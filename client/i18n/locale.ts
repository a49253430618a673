import type { Locale } from '../../server/contract/words.ts'

/** The first of the wishes that Parley speaks: full tags (`ru-RU`) count as their language. */
export function pickLocale(wishes: readonly (string | null | undefined)[], otherwise: Locale = 'en'): Locale {
  for (const wish of wishes) {
    const language = wish?.toLowerCase().split(/[-_]/)[0]
    if (language === 'en' || language === 'fa' || language === 'ru') return language
  }
  return otherwise
}
