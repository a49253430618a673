/** What a notification says, in the language of whoever asked for it. Pure. */
import type { PushNews } from '../../../server/push/push.ts'
import en from '../../i18n/en/push.json' with { type: 'json' }
import fa from '../../i18n/fa/push.json' with { type: 'json' }
import ru from '../../i18n/ru/push.json' with { type: 'json' }
import { createI18n, type I18n, type Messages } from '../../i18n/i18n.ts'
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

function saidOf({ t }: I18n, news: PushNews): Pick<Shown, 'title' | 'body'> {
  const name = news.name ?? ''
  switch (news.kind) {
    case 'offer':
      return { title: name || t('push.visitor'), body: t(`push.offer_${news.medium}`) }
    case 'message':
    case 'call':
      return { title: name || t('push.visitor'), body: t(`push.${news.kind}`) }
    case 'mention':
    case 'reviewed':
    case 'replayAsked':
    case 'replayGranted':
    case 'replayRefused':
    case 'invitation':
      return { title: t(`push.${news.kind}`, { name }), body: '' }
    case 'wait':
    case 'service':
      return { title: name || t('push.everybodysQueue'), body: t(`push.${news.kind}`) }
    case 'turn':
      return { title: t('push.turn'), body: t('push.turnBody', { name }) }
  }
}
