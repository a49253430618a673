import type { Locale } from '../../server/contract/words.ts'
import type { Messages } from './i18n.ts'
import type { Section } from './keys.ts'

/** Sections of one language, each under its own name. */
export type Words = Partial<Record<Section, Messages>>

/** The words of some sections under their full keys (`ui.send`), as `createI18n` takes them. */
export function named(words: Words): Messages {
  const all: Record<string, string> = {}
  for (const [section, messages] of Object.entries(words))
    for (const [key, text] of Object.entries(messages)) all[`${section}.${key}`] = text
  return all
}

/** Only the language and sections asked for are fetched. */
export async function loadMessages(locale: Locale, sections: readonly Section[]): Promise<Messages> {
  const words: Words = {}
  const load = async (section: Section): Promise<void> => {
    const file = (await import(`./${locale}/${section}.json`)) as { default: Messages }
    words[section] = file.default
  }
  await Promise.all(sections.map(load))
  return named(words)
}
