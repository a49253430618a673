/** What calls for the agent's attention outside the page's own picture: ring, chime, notification, the tab's title. */
import { effect } from 'nanostores'
import type { Offer } from '../../server/contract/desk.ts'
import type { Desk } from './desk.ts'
import type { Ringer } from './ring.ts'
import { createRingSeat } from './ring-seat.ts'

export type AlertWords = {
  offer: (offer: Offer) => { title: string; body: string }
  title: (count: number) => string
}

/** Asks once whether notifications may be shown; call it from a click. */
export function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission()
}

export function startAlerts(desk: Desk, ringer: Ringer, words: AlertWords): () => void {
  const seat = createRingSeat()
  const stops = [
    ringing(desk, ringer, seat.$mine),
    notifying(desk, words, seat.$mine),
    titling(desk, words),
    chiming(desk, ringer, seat.$mine),
    seat.close,
    () => ringer.silence(),
  ]
  return () => stops.forEach((stop) => stop())
}

type Mine = ReturnType<typeof createRingSeat>['$mine']

const ringing = ({ inbox, team }: Desk, ringer: Ringer, $mine: Mine) =>
  effect([inbox.$offers, inbox.$mine, team.$invitations, $mine], (offers, rows, cards, mine) => {
    const asked = rows.some(({ state: { call } }) => call?.phase === 'asking' && call.by === 'visitor')
    if (mine && (asked || offers.length > 0 || cards.length > 0)) ringer.ring()
    else ringer.silence()
  })

/** Where the browser's worker tells of offers, the page leaves it to that. */
function notifying({ inbox, push }: Desk, words: AlertWords, $mine: Mine): () => void {
  const shown = new Map<string, Notification>()
  const show = (offer: Offer) => {
    const { title, body } = words.offer(offer)
    const note = new Notification(title, { body, tag: offer.offerId })
    note.onclick = () => {
      window.focus()
      note.close()
    }
    shown.set(offer.offerId, note)
  }
  return effect([inbox.$offers], (offers) => {
    for (const [id, note] of shown) {
      if (offers.some((offer) => offer.offerId === id)) continue
      note.close()
      shown.delete(id)
    }
    const wanted = $mine.get() && document.visibilityState === 'hidden' && 'Notification' in window
    if (!wanted || push.speaks() || Notification.permission !== 'granted') return
    for (const offer of offers) if (!shown.has(offer.offerId)) show(offer)
  })
}

const titling = ({ inbox }: Desk, words: AlertWords) =>
  effect([inbox.$mine, inbox.$offers], (rows, offers) => {
    document.title = words.title(rows.reduce((sum, row) => sum + row.unread, 0) + offers.length)
  })

/** Nothing sounds for what is in view. */
function chiming({ inbox }: Desk, ringer: Ringer, $mine: Mine): () => void {
  let known = new Map<string, number>()
  return effect([inbox.$mine], (rows) => {
    const looking = document.visibilityState === 'visible' && document.hasFocus()
    const more = rows.some((row) => {
      const before = known.get(row.conversationId)
      const inView = looking && location.pathname.endsWith(row.conversationId)
      return before !== undefined && row.unread > before && !inView
    })
    known = new Map(rows.map((row) => [row.conversationId, row.unread]))
    if (more && $mine.get()) ringer.chime()
  })
}
