/** How a screen is looked at: language, width, colours. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../setup/project.ts'

export const LOCALES = ['en', 'fa', 'ru'] as const
export const WIDTHS = [390, 1440] as const
export const THEMES = ['light', 'dark'] as const

export type Locale = (typeof LOCALES)[number]
export interface Look {
  locale: Locale
  /** CSS px */
  width: (typeof WIDTHS)[number]
  theme: (typeof THEMES)[number]
}

export const everyLook: Look[] = LOCALES.flatMap((locale) =>
  WIDTHS.flatMap((width) => THEMES.map((theme) => ({ locale, width, theme }))),
)

/** Held in a hand and touched with fingers. */
export const isPhone = ({ width }: Look): boolean => width < 720

export const nameOf = ({ locale, width, theme }: Look): string => `${locale}-${width}-${theme}`

/** The browser's own language for each of ours. */
export const browserLocale: Record<Locale, string> = { en: 'en-GB', fa: 'fa-IR', ru: 'ru-RU' }

/** Words of the interface by `section.key`, as a person who uses this language reads them. */
export function words(locale: Locale): (key: string, values?: Record<string, string>) => string {
  const sections = new Map<string, Record<string, string>>()
  return (path, values = {}) => {
    const [section = '', key = ''] = path.split('.')
    let found = sections.get(section)
    if (!found) {
      const file = join(ROOT, 'client', 'i18n', locale, `${section}.json`)
      found = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
      sections.set(section, found)
    }
    const text = found[key]
    if (text === undefined) throw new Error(`No word ${path} in ${locale}`)
    return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  }
}
