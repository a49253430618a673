/**
 * Commits become pushes to those who have no page in view. A page in view says it itself; one that is hidden leaves it to
 * its browser's worker, so that nothing is told twice.
 */
import type { Announcements, Bus, Passed } from '../bus.ts'
import type { Config } from '../config.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { findSite } from '../site/site.store.ts'
import type { Tasks } from '../tasks.ts'
import { pageToOpen, shownText } from './push.policy.ts'
import type { HowToSend } from './push.sender.ts'
import { type Draft, type PushDeps, tell } from './push.service.ts'
import { nameOfVisitor, openOffers, type Owner } from './push.store.ts'
import type { PushNews } from './push.ts'

export type TellerDeps = PushDeps & {
  bus: Bus
  config: Pick<Config, 'publicUrl' | 'pushHosts' | 'pushText'>
  tasks: Tasks
  /** Whether the person has a page of the desk in view. */
  personLooks(personId: string): boolean
  /** The server's clock, ms. */
  now(): number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** That something is over matters to whoever is there now. */
const OVER: HowToSend = { ttlMs: 5 * MINUTE_MS, urgent: false }
/** What was told so long ago that so much else came after it is not taken back. */
const MOST_OPEN = 5_000

type News = { tag: string; news: PushNews; text?: string | null; path: string } & HowToSend

/** Tells, and takes back what it told. */
export type Telling = {
  person(personId: string, news: News): void
  visitor(visitorId: string, draft: Draft & { over: false }, how: HowToSend): void
  over(ownerId: string, tag: string): void
}

export async function tellByPush(d: TellerDeps): Promise<Telling> {
  const telling = createTelling(d, await openOffers(d.db))
  tellStaff(d, telling)
  d.bus.on('turnCame', (turn) => d.tasks.run('push', tellTurn(d, telling, turn)))
  return telling
}

function createTelling(d: TellerDeps, offers: { id: string; personId: string }[]): Telling {
  /** What is shown somewhere, as far as is known, and when that was sent. */
  const open = new Map<string, { owner: Owner; sent: Promise<unknown> }>()
  const keyOf = (ownerId: string, tag: string): string => `${ownerId} ${tag}`
  for (const { id, personId } of offers)
    open.set(keyOf(personId, `offer ${id}`), {
      owner: { side: 'person', id: personId },
      sent: Promise.resolve(),
    })
  const send = (owner: Owner, draft: Draft, how: HowToSend): Promise<number> => {
    const sent = tell(d, owner, draft, how)
    d.tasks.run('push', sent)
    return sent
  }
  const show = (owner: Owner, draft: Draft, how: HowToSend): void => {
    if (d.config.pushHosts.length === 0) return
    const sent = send(owner, draft, how).catch(() => 0)
    const key = keyOf(owner.id, draft.tag)
    open.delete(key)
    open.set(key, { owner, sent })
    for (const oldest of open.keys()) {
      if (open.size <= MOST_OPEN) break
      open.delete(oldest)
    }
  }
  return {
    person(id, { tag, news, text = null, path, ...how }) {
      if (d.personLooks(id)) return
      const url = `${d.config.publicUrl}/desk${path}`
      show(
        { side: 'person', id },
        { tag, over: false, news, text: shownText(text, d.config.pushText), url },
        how,
      )
    },
    visitor: (id, draft, how) => show({ side: 'visitor', id }, draft, how),
    over(ownerId, tag) {
      const key = keyOf(ownerId, tag)
      const known = open.get(key)
      if (!known) return
      open.delete(key)
      // Never before it: the push service would keep the wrong one of the two.
      void known.sent.then(() => send(known.owner, { tag, over: true }, OVER))
    },
  }
}

function tellStaff(d: TellerDeps, { person, over }: Telling): void {
  const left = (deadline: number): HowToSend => ({ ttlMs: deadline - d.now(), urgent: true })
  d.bus.on('offered', ({ personId, offer }) => {
    const news = { kind: 'offer', name: offer.visitorName, medium: offer.kind } as const
    const about = { tag: `offer ${offer.offerId}`, news, text: offer.lastText, path: '' }
    person(personId, { ...about, ...left(offer.deadline) })
  })
  d.bus.everywhere('offerGone', ({ personId, offerId }) => over(personId, `offer ${offerId}`))
  d.bus.on('invited', ({ personId, card }) => {
    const news = { kind: 'invitation', name: card.from } as const
    person(personId, { tag: `invitation ${card.invitationId}`, news, path: '', ...left(card.deadline) })
  })
  d.bus.everywhere('invitationGone', ({ personId, invitationId }) =>
    over(personId, `invitation ${invitationId}`),
  )
  d.bus.on('mentioned', ({ personId, mention: { conversationId, by, text } }) => {
    const news = { kind: 'mention', name: by } as const
    const about = { tag: `mention ${conversationId}`, news, text, path: `/c/${conversationId}` }
    person(personId, { ...about, ttlMs: 12 * HOUR_MS, urgent: false })
  })
  tellOfReplays(d, { person, over })
  d.bus.on('reviewed', ({ personId, reviewId, scorecard: name }) => {
    const about = { tag: `review ${reviewId}`, news: { kind: 'reviewed', name } as const }
    person(personId, { ...about, path: `/reviews/mine/${reviewId}`, ttlMs: 12 * HOUR_MS, urgent: false })
  })
  d.bus.everywhere('mentionsSeen', ({ personId, conversationId }) =>
    over(personId, `mention ${conversationId}`),
  )
  d.bus.everywhere('appended', (appended) => takeBack(appended, over))
  d.bus.on('appended', (appended) => {
    const personId = holder(appended.after)
    if (personId !== null && !d.personLooks(personId))
      d.tasks.run('push', tellHolder(d, person, personId, appended))
  })
}

/** Those who can decide are told until somebody has; then whoever asked. */
function tellOfReplays(d: TellerDeps, { person, over }: Pick<Telling, 'person' | 'over'>): void {
  const late = { ttlMs: 12 * HOUR_MS, urgent: false }
  const waiting = new Map<string, readonly string[]>()
  d.bus.on('replayAsked', ({ requestId, by, deciders }) => {
    waiting.set(requestId, deciders)
    const [oldest] = waiting.keys()
    if (waiting.size > MOST_OPEN && oldest !== undefined) waiting.delete(oldest)
    for (const id of deciders) {
      const news = { kind: 'replayAsked', name: by } as const
      person(id, { tag: `request ${requestId}`, news, path: '/requests', ...late })
    }
  })
  d.bus.everywhere('replayDecided', ({ requestId }) => {
    for (const id of waiting.get(requestId) ?? []) over(id, `request ${requestId}`)
    waiting.delete(requestId)
  })
  d.bus.on('replayDecided', ({ requestId, personId, conversationId, by, granted }) => {
    const news = { kind: granted ? 'replayGranted' : 'replayRefused', name: by } as const
    const path = granted ? `/replay/${conversationId}` : '/requests'
    person(personId, { tag: `decision ${requestId}`, news, path, ...late })
  })
}

const holder = ({ phase }: ConversationState): string | null =>
  phase.name === 'active' ? phase.agentId : null

/** Of an agent's conversation: that its visitor wrote, or asks for a call. */
async function tellHolder(
  d: TellerDeps,
  person: Telling['person'],
  personId: string,
  { conversationId, visitorId, events }: Announcements['appended'],
): Promise<void> {
  const theirs = events.filter(({ actor }) => actor.kind === 'visitor')
  const wrote = theirs.findLast(({ type }) => type === 'message')
  const asked = theirs.findLast(({ type }) => type === 'callAsked')
  if (!wrote && !asked) return
  const name = await nameOfVisitor(d.db, visitorId)
  const path = `/c/${conversationId}`
  if (wrote?.type === 'message') {
    const about = { tag: `message ${conversationId}`, news: { kind: 'message', name } as const, path }
    person(personId, { ...about, text: wrote.payload.text, ttlMs: HOUR_MS, urgent: true })
  }
  if (asked?.type === 'callAsked') {
    const about = { tag: `call ${asked.payload.callId}`, news: { kind: 'call', name } as const, path }
    person(personId, { ...about, ttlMs: MINUTE_MS, urgent: true })
  }
}

/** What is no longer so after these events. */
function takeBack(
  { conversationId, visitorId, events, before, after }: Passed['appended'],
  over: Telling['over'],
): void {
  if (before.task?.kind === 'callback' && after.task?.kind !== 'callback')
    over(visitorId, `turn ${conversationId}`)
  const agentId = holder(before)
  if (agentId === null) return
  for (const { type, payload } of events)
    if (type === 'callConnected' || type === 'callEnded') over(agentId, `call ${payload.callId}`)
  const wrote = events.some(({ type, actor }) => type === 'message' && actor.kind === 'agent')
  if (wrote || holder(after) !== agentId) over(agentId, `message ${conversationId}`)
}

/** The visitor's turn to be called back has come, and no page of theirs is open: a click opens it. */
async function tellTurn(
  d: TellerDeps,
  { visitor }: Telling,
  { conversationId, visitorId, siteId, page, ttlMs }: Announcements['turnCame'],
): Promise<void> {
  const site = await findSite(d.db, siteId)
  const url = site && pageToOpen(page, site.origins)
  if (!url) return
  const news = { kind: 'turn', name: site.config.name } as const
  visitor(
    visitorId,
    { tag: `turn ${conversationId}`, over: false, news, text: null, url },
    { ttlMs, urgent: true },
  )
}
