/** The desk's list: who waits, who is mine, what is offered, and how I am set. Whole at each connection, then by pushes. */
import { atom, computed, map, type ReadableAtom } from 'nanostores'
import type {
  ChosenStatus,
  Inbox as Whole,
  Offer,
  Standing,
  Status,
  WrapUp,
} from '../../../server/contract/desk.ts'
import type { InboxRow } from '../../../server/contract/events.ts'
import type { DeskRequests, InputOf } from '../../../server/contract/requests.ts'
import { underWay } from '../../wire/under-way.ts'
import type { Wire } from '../../wire/wire.ts'

export type Inbox = {
  $ready: ReadableAtom<boolean>
  /** Mine, and those in whose calls I sit, newest word first. */
  $mine: ReadableAtom<InboxRow[]>
  /** Nobody's yet, the longest waiting first. */
  $waiting: ReadableAtom<InboxRow[]>
  /** The one of mine whose visitor asks for a call that I can answer: nobody is in two calls at once. */
  $asked: ReadableAtom<InboxRow | null>
  $offers: ReadableAtom<Offer[]>
  $status: ReadableAtom<Status>
  /** The same with since when, why, and by whom. */
  $standing: ReadableAtom<Standing>
  /** What is still to be done after conversations that have ended. */
  $wrapUps: ReadableAtom<readonly WrapUp[]>
  $today: ReadableAtom<Whole['today']>
  /** The offer that went unanswered, while that is why nothing rings. */
  $missed: ReadableAtom<Offer | null>
  row(conversationId: string): InboxRow | undefined
  /** Waits for a connection. Rejects with `RequestError`, as all below. */
  setStatus(status: ChosenStatus, reasonId?: string): Promise<void>
  /** Resolves to the conversation that is now mine. */
  accept(offerId: string): Promise<string>
  decline(offerId: string): Promise<void>
  finishWrapUp(input: InputOf<DeskRequests, 'wrapUp.finish'>): Promise<void>
  extendWrapUp(conversationId: string): Promise<void>
  close(): void
}

const byLastWord = (a: InboxRow, b: InboxRow) => b.state.lastAt - a.state.lastAt
const waitingSince = ({ state: { phase } }: InboxRow) =>
  phase.name === 'queued' || phase.name === 'offered' ? phase.since : Number.POSITIVE_INFINITY

/** The visitor asks for a call in it. */
export const isAsked = ({ state: { call } }: InboxRow): boolean =>
  call?.phase === 'asking' && call.by === 'visitor'

const connected = (wire: Wire<'desk'>): Promise<void> =>
  new Promise((resolve) => {
    const stop = wire.onOnline(() => {
      resolve()
      queueMicrotask(() => stop())
    })
  })

export function createInbox(wire: Wire<'desk'>, me: string): Inbox {
  const $ready = atom(false)
  let wish = 0
  const $rows = map<Record<string, InboxRow | undefined>>({})
  const $offers = atom<Offer[]>([])
  const $standing = atom<Standing>({ status: 'offline', since: 0, reason: null, by: null })
  const $status = computed($standing, ({ status }) => status)
  const $wrapUps = atom<readonly WrapUp[]>([])
  const $today = atom<Whole['today']>({ handled: 0, lastEndedAt: null })
  const $missed = atom<Offer | null>(null)
  const all = () => Object.values($rows.get()).filter((row) => row !== undefined)

  const load = async (): Promise<void> => {
    try {
      const [whole, { offers }] = await Promise.all([wire.request('inbox', {}), wire.request('offers', {})])
      $rows.set(Object.fromEntries(whole.rows.map((row) => [row.conversationId, row])))
      $standing.set(whole.standing)
      $wrapUps.set(whole.wrapUps)
      $today.set(whole.today)
      $offers.set(offers)
      $ready.set(true)
    } catch {
      // Not connected any more: the next connection loads it anew.
    }
  }
  const put = (row: InboxRow): void => {
    const known = $rows.get()[row.conversationId]
    if (!known || row.version >= known.version) $rows.setKey(row.conversationId, row)
  }
  const isMine = ({ state: { phase } }: InboxRow) => phase.name === 'active' && phase.agentId === me
  /** In its running call beside its agent. */
  const sits = ({ state: { call } }: InboxRow) =>
    Object.values(call?.seats ?? {}).some(({ personId }) => personId === me)
  /** Told to everyone of whom it is no longer: at the same version my own row knows better. */
  const drop = (conversationId: string, version: number, ended = false): void => {
    const row = $rows.get()[conversationId]
    if (!row || row.version > version || (row.version === version && isMine(row))) return
    if (ended && isMine(row)) $today.set({ handled: $today.get().handled + 1, lastEndedAt: wire.serverNow() })
    $rows.setKey(conversationId, undefined)
  }
  const accepting = underWay<string>()
  const declining = underWay<void>()
  const withdraw = (offerId: string, why: string): void => {
    const offer = $offers.get().find((one) => one.offerId === offerId)
    if (offer && why === 'missed') $missed.set(offer)
    $offers.set($offers.get().filter((one) => one.offerId !== offerId))
  }
  const othersThan = (conversationId: string) =>
    $wrapUps.get().filter((one) => one.conversationId !== conversationId)
  const stops = [
    wire.on('wrapUp', (one) => $wrapUps.set([...othersThan(one.conversationId), one])),
    wire.on('wrapUpGone', ({ conversationId }) => $wrapUps.set(othersThan(conversationId))),
    wire.onOnline(() => void load()),
    wire.on('inbox', ({ row }) => put(row)),
    wire.on('line', ({ rows, gone }) => {
      rows.forEach(put)
      for (const { conversationId, version } of gone) drop(conversationId, version)
    }),
    wire.on('inboxGone', ({ conversationId, version, ended }) => drop(conversationId, version, ended)),
    wire.on('offer', (offer) =>
      $offers.set([...$offers.get().filter((one) => one.offerId !== offer.offerId), offer]),
    ),
    wire.on('offerGone', ({ offerId, why }) => withdraw(offerId, why)),
    wire.on('status', (standing) => {
      $standing.set(standing)
      if (standing.status !== 'notResponding') $missed.set(null)
    }),
    wire.on('presence', ({ conversationId, online }) => {
      const row = $rows.get()[conversationId]
      if (row) $rows.setKey(conversationId, { ...row, visitorOnline: online })
    }),
  ]

  const $mine = computed($rows, () =>
    all()
      .filter((row) => isMine(row) || sits(row))
      .sort(byLastWord),
  )
  return {
    ...{ $ready, $mine, $offers, $status, $standing, $wrapUps, $today, $missed },
    $asked: computed($mine, (rows) =>
      rows.some(({ state: { call } }) => call?.phase === 'connected')
        ? null
        : (rows.find((row) => isMine(row) && isAsked(row)) ?? null),
    ),
    $waiting: computed($rows, () =>
      all()
        .filter(({ state: { phase } }) => phase.name === 'queued' || phase.name === 'offered')
        .sort((a, b) => waitingSince(a) - waitingSince(b)),
    ),
    row: (conversationId) => $rows.get()[conversationId],
    async setStatus(status, reasonId) {
      wish++
      const mine = wish
      await connected(wire)
      // The last click counts, however long the connection took.
      if (mine !== wish) return
      $standing.set(await wire.request('status.set', { status, ...(reasonId ? { reasonId } : {}) }))
    },
    accept: (offerId) =>
      accepting(offerId, async () => {
        const { conversationId } = await wire.request('offer.accept', { offerId })
        withdraw(offerId, 'accepted')
        return conversationId
      }),
    decline: (offerId) =>
      declining(offerId, async () => {
        await wire.request('offer.decline', { offerId })
        withdraw(offerId, 'declined')
      }),
    async finishWrapUp(input) {
      await wire.request('wrapUp.finish', input)
      $wrapUps.set(othersThan(input.conversationId))
    },
    extendWrapUp: async (conversationId) => void (await wire.request('wrapUp.extend', { conversationId })),
    close() {
      for (const stop of stops) stop()
    },
  }
}
