/** What calls for the agent's attention outside the page's own picture: ring, chime, notification, the tab's title. */
import { effect } from 'nanostores'
import type { I18n } from '../i18n/i18n.ts'
import type { Desk } from './desk.ts'
import { isAsked } from './inbox/inbox.ts'
import { isLooking } from './looking.ts'
import { startNotices } from './notices.ts'
import type { Ringer } from './ring.ts'
import { createRingSeat } from './ring-seat.ts'

/** Asks once whether notifications may be shown; call it from a click. */
export function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission()
}

/** `go`: to a place of the desk. Returns the way to stop. */
export function startAlerts(desk: Desk, ringer: Ringer, i18n: I18n, go: (path: string) => void): () => void {
  const seat = createRingSeat()
  const stops = [
    ringing(desk, ringer, seat.$mine),
    startNotices(desk, { $mine: seat.$mine, i18n, go }),
    titling(desk, i18n),
    chiming(desk, ringer, seat.$mine),
    seat.close,
    () => ringer.silence(),
  ]
  return () => stops.forEach((stop) => stop())
}

type Mine = ReturnType<typeof createRingSeat>['$mine']

const ringing = ({ inbox, team }: Desk, ringer: Ringer, $mine: Mine) =>
  effect([inbox.$offers, inbox.$mine, team.$invitations, $mine], (offers, rows, cards, mine) => {
    if (mine && (rows.some(isAsked) || offers.length > 0 || cards.length > 0)) ringer.ring()
    else ringer.silence()
  })

const titling = ({ inbox, team }: Desk, { t }: I18n) =>
  effect([inbox.$mine, inbox.$offers, team.$invitations], (rows, offers, cards) => {
    const own = rows.reduce((sum, row) => sum + row.unread + (isAsked(row) ? 1 : 0), 0)
    const count = own + offers.length + cards.length
    document.title = count > 0 ? t('desk.titleCount', { count }) : t('desk.title')
  })

/** Nothing sounds for what is in view. */
function chiming({ inbox }: Desk, ringer: Ringer, $mine: Mine): () => void {
  let known = new Map<string, number>()
  return effect([inbox.$mine], (rows) => {
    const looking = isLooking()
    const more = rows.some((row) => {
      const before = known.get(row.conversationId)
      const inView = looking && location.pathname.endsWith(row.conversationId)
      return before !== undefined && row.unread > before && !inView
    })
    known = new Map(rows.map((row) => [row.conversationId, row.unread]))
    if (more && $mine.get()) ringer.chime()
  })
}
