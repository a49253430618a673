/** What a notification says, in the language of whoever asked for it. Pure. */
import en from '../../i18n/en/push.json' with { type: 'json' }
import fa from '../../i18n/fa/push.json' with { type: 'json' }
import ru from '../../i18n/ru/push.json' with { type: 'json' }
import { createI18n, type Messages } from '../../i18n/i18n.ts'
import { saidOf } from '../said.ts'
import type { Told } from './scope.ts'

const all = { en, fa, ru }
const full = (words: Readonly<Record<string, string>>): Messages =>
  Object.fromEntries(Object.entries(words).map(([key, text]) => [`push.${key}`, text]))

export type Shown = { title: string; body: string; lang: string; dir: 'ltr' | 'rtl' }

export function shownOf(push: Told): Shown {
  const i18n = createI18n(push.locale, full(all[push.locale]))
  const { locale: lang, dir } = i18n
  if (push.over) return { title: i18n.t('push.over'), body: '', lang, dir }
  const { title, body } = saidOf(i18n, push.news)
  return { title, body: push.text ?? body, lang, dir }
}
