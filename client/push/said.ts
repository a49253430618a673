import type { PushNews } from '../../server/push/push.ts'
import type { I18n } from '../i18n/i18n.ts'

/** What a notification says of news, with the words of `push`: the worker's, and a hidden page's where no worker tells. */
export function saidOf({ t }: Pick<I18n, 't'>, news: PushNews): { title: string; body: string } {
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

/** Stays until somebody has looked: somebody waits for an answer now. */
export const insists = ({ kind }: PushNews): boolean => kind === 'offer' || kind === 'call' || kind === 'turn'
