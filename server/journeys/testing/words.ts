import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locale } from '../../contract/words.ts'

const FOLDER = join(import.meta.dirname, '../../../client/i18n')

type Words = Record<string, string>

function sections(locale: Locale): Map<string, Words> {
  const names = readdirSync(join(FOLDER, locale))
  const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, locale, name), 'utf8')) as Words
  return new Map(names.map((name) => [name, read(name)]))
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** `Camera of {name}` stands for any name, kept by isolates from turning the line around where it reads right to left. */
const pattern = (text: string, locale: Locale): string =>
  escaped(text).replace(/\\\{\w+\\\}/g, locale === 'fa' ? '\u2068.+\u2069' : '.+')

/** Matches what a control of this English name is called in a language. Throws where the client has no such word. */
export function inLocale(english: string, locale: Locale): RegExp {
  const translated = new Set<string>()
  const own = sections(locale)
  for (const [section, words] of sections('en')) {
    for (const [key, word] of Object.entries(words)) {
      const same = word === english || (word.includes('{name}') && word.replace(' {name}', '') === english)
      if (same) translated.add(own.get(section)?.[key] ?? word)
    }
  }
  if (translated.size === 0) throw new Error(`the client has no word "${english}"`)
  return new RegExp(`^(${[...translated].map((word) => pattern(word, locale)).join('|')})$`)
}
