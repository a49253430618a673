/**
 * What a page of the desk that is not in view shows by notifications of its own: what push tells, where this browser is not told by
 * it. Never what was written.
 */
import { effect } from 'nanostores'
import type { InvitationCard, Mention, Offer } from '../../server/contract/desk.ts'
import type { InboxRow } from '../../server/contract/events.ts'
import type { PushNews } from '../../server/push/push.ts'
import type { I18n } from '../i18n/i18n.ts'
import { insists, saidOf } from '../push/said.ts'
import type { Desk } from './desk.ts'
import type { createRingSeat } from './ring-seat.ts'

/** `tag`: replaces what was shown under it before. `path`: below `/desk`. */
export type Notice = { tag: string; news: PushNews; path: string }
/** `count`: rises as there is more of it; with 0 there is nothing to be done about it. */
export type Open = Notice & { count: number }

type Floor = {
  me: string
  offers: readonly Offer[]
  cards: readonly InvitationCard[]
  rows: readonly InboxRow[]
  unseen: readonly Mention[]
}

const placeOf = (conversationId: string): string => `/c/${conversationId}`

const mentioned = ({ conversationId, by }: Mention): Notice => ({
  tag: `mention ${conversationId}`,
  news: { kind: 'mention', name: by },
  path: placeOf(conversationId),
})

/** All that somebody waits for now. */
export function openNotices({ me, offers, cards, rows, unseen }: Floor): Open[] {
  const own = rows.filter(({ state: { phase } }) => phase.name === 'active' && phase.agentId === me)
  return [
    ...offers.map(({ offerId, conversationId, visitorName: name, kind: medium }) => ({
      tag: `offer ${offerId}`,
      news: { kind: 'offer' as const, name, medium },
      path: placeOf(conversationId),
      count: 1,
    })),
    ...cards.map(({ invitationId, conversationId, from: name }) => ({
      tag: `invitation ${invitationId}`,
      news: { kind: 'invitation' as const, name },
      path: placeOf(conversationId),
      count: 1,
    })),
    ...own.flatMap(({ conversationId, visitor: { name }, unread, state: { call } }): Open[] => {
      const path = placeOf(conversationId)
      const wrote: Open = {
        tag: `message ${conversationId}`,
        news: { kind: 'message', name },
        path,
        count: unread,
      }
      if (call?.phase !== 'asking' || call.by !== 'visitor') return [wrote]
      return [wrote, { tag: `call ${call.id}`, news: { kind: 'call', name }, path, count: 1 }]
    }),
    ...unseen.map((one) => ({ ...mentioned(one), count: 1 })),
  ]
}

/** What has come since. Of what was written before one had the conversation, and of old mentions, the desk itself tells. */
export const newsIn = (before: ReadonlyMap<string, number>, now: readonly Open[]): Open[] =>
  now.filter(({ tag, news: { kind }, count }) => {
    const old = kind === 'message' || kind === 'mention' ? count : 0
    return count > (before.get(tag) ?? old)
  })

type Options = { $mine: ReturnType<typeof createRingSeat>['$mine']; i18n: I18n; go: (path: string) => void }
type Parts = Pick<Desk, 'inbox' | 'team' | 'mentions' | 'push' | 'wire'> & { me: { id: string } }

/** Shows news while the page is not in view, in the tab that rings; takes back what is dealt with, or seen. Returns the way to stop. */
export function startNotices(
  { inbox, team, mentions, push, wire, me }: Parts,
  { $mine, i18n, go }: Options,
): () => void {
  const shown = new Map<string, Notification>()
  const close = (tag: string): void => {
    shown.get(tag)?.close()
    shown.delete(tag)
  }
  const closeAll = (): void => [...shown.keys()].forEach(close)
  const isWanted = (): boolean =>
    $mine.get() &&
    document.visibilityState === 'hidden' &&
    'Notification' in window &&
    Notification.permission === 'granted' &&
    !push.speaks()

  function tell({ tag, news, path }: Notice): void {
    if (!isWanted()) return
    const { title, body } = saidOf(i18n, news)
    const { locale: lang, dir } = i18n
    const options = { body, lang, dir, tag, renotify: true, requireInteraction: insists(news) }
    try {
      const note = new Notification(title, options)
      note.onclick = () => {
        window.focus()
        close(tag)
        go(path)
      }
      shown.set(tag, note)
    } catch {
      // Browsers of phones let nobody but workers show any.
    }
  }

  let known: ReadonlyMap<string, number> = new Map()
  const looked = (): void => {
    if (document.visibilityState === 'visible') closeAll()
  }
  const stops = [
    effect(
      [inbox.$offers, team.$invitations, inbox.$mine, mentions.$unseen],
      (offers, cards, rows, unseen) => {
        const open = openNotices({ me: me.id, offers, cards, rows, unseen })
        const now = new Map(open.map(({ tag, count }) => [tag, count]))
        for (const tag of known.keys()) if (!now.get(tag)) close(tag)
        const news = newsIn(known, open)
        known = now
        news.forEach(tell)
      },
    ),
    mentions.onNew((mention) => tell(mentioned(mention))),
    wire.on('reviewed', ({ reviewId, scorecard: name }) =>
      tell({
        tag: `review ${reviewId}`,
        news: { kind: 'reviewed', name },
        path: `/reviews/mine/${reviewId}`,
      }),
    ),
    wire.on('replayNews', ({ what, by: name, conversationId }) => {
      const kind = ({ asked: 'replayAsked', granted: 'replayGranted', refused: 'replayRefused' } as const)[
        what
      ]
      const path = what === 'granted' && conversationId ? `/replay/${conversationId}` : '/requests'
      tell({ tag: `${kind} ${conversationId ?? name}`, news: { kind, name }, path })
    }),
    // The tab that is used now has it before one's eyes.
    $mine.listen((mine) => mine || closeAll()),
  ]
  document.addEventListener('visibilitychange', looked)
  window.addEventListener('pagehide', closeAll)
  return () => {
    for (const stop of stops) stop()
    document.removeEventListener('visibilitychange', looked)
    window.removeEventListener('pagehide', closeAll)
    closeAll()
  }
}
