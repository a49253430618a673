import { beforeEach, describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import type { Offer, Standing, Status } from '../../../server/contract/desk.ts'
import type { InboxRow } from '../../../server/contract/events.ts'
import type { DeskPushes } from '../../../server/contract/pushes.ts'
import { type CallState, emptyState, type Phase } from '../../../server/conversation/conversation.ts'
import type { Wire } from '../../wire/wire.ts'
import { createInbox, type Inbox } from './inbox.ts'

const ME = 'me'
const mine: Phase = { name: 'active', agentId: ME, agentName: 'Sara' }
const queued = (since: number): Phase => ({ name: 'queued', since })

const row = (conversationId: string, version: number, phase: Phase, lastAt = 0): InboxRow => ({
  ...{ conversationId, version, unread: 0, visitorOnline: true },
  visitor: { name: null, email: null, verified: false, locale: 'en', since: 0 },
  state: { ...emptyState, phase, lastAt },
})
const standing = (status: Status): Standing => ({ status, since: 0, reason: null, by: null })
const offer = (offerId: string): Offer => ({
  ...{
    offerId,
    conversationId: 'c',
    kind: 'chat',
    visitorName: 'Mina',
    lastText: null,
    transfer: null,
    task: null,
  },
  ...{ waitingSince: 0, deadline: 30_000, offerMs: 30_000 },
})

/** A connection that answers from a table, and pushes what the test says. */
class Line {
  rows: InboxRow[] = []
  readonly handlers = new Map<string, (payload: never) => void>()
  arrive: () => void = () => undefined
  readonly asked: string[] = []
  readonly wire = {
    request: async (name: string) => {
      this.asked.push(name)
      if (name === 'offers') return { offers: [] }
      if (name === 'offer.accept') return { conversationId: 'c' }
      return {
        rows: this.rows,
        status: 'away',
        standing: standing('away'),
        wrapUps: [],
        today: { handled: 0, lastEndedAt: null },
      }
    },
    on: (name: string, handler: (payload: never) => void) => {
      this.handlers.set(name, handler)
      return () => this.handlers.delete(name)
    },
    onOnline: (handler: () => void) => {
      this.arrive = handler
      return () => undefined
    },
    serverNow: () => 1_000,
    $status: atom('online'),
  } as unknown as Wire<'desk'>

  push<K extends keyof DeskPushes>(name: K, payload: DeskPushes[K]): void {
    this.handlers.get(name)?.(payload as never)
  }
}

let line: Line
let inbox: Inbox
const ids = (rows: readonly InboxRow[]) => rows.map(({ conversationId }) => conversationId)
const loaded = () =>
  new Promise<void>((resolve) => {
    const stop = inbox.$ready.listen((ready) => {
      if (!ready) return
      stop()
      resolve()
    })
    line.arrive()
  })

beforeEach(() => {
  line = new Line()
  inbox = createInbox(line.wire, ME)
})

describe('the inbox', () => {
  it('parts mine from those who wait: newest word first, longest wait first', async () => {
    line.rows = [row('a', 1, mine, 10), row('b', 1, mine, 20), row('w', 1, queued(9)), row('v', 1, queued(5))]
    await loaded()
    expect(ids(inbox.$mine.get())).toEqual(['b', 'a'])
    expect(ids(inbox.$waiting.get())).toEqual(['v', 'w'])
  })

  it('is not set back by an answer that comes late', () => {
    line.push('inbox', { row: row('a', 5, mine) })
    line.push('inbox', { row: row('a', 4, queued(1)) })
    expect(ids(inbox.$mine.get())).toEqual(['a'])
  })

  it('hears of what came and went before a queue in one go', () => {
    line.push('line', { rows: [row('x', 1, queued(2)), row('y', 1, queued(1))], gone: [] })
    expect(ids(inbox.$waiting.get())).toEqual(['y', 'x'])
    const gone = [{ conversationId: 'y', version: 2 }]
    line.push('line', { rows: [row('z', 1, queued(3))], gone })
    expect(ids(inbox.$waiting.get())).toEqual(['x', 'z'])
  })

  it('keeps what became mine although the others are told that it is gone', () => {
    line.push('inbox', { row: row('a', 5, mine) })
    line.push('line', { rows: [], gone: [{ conversationId: 'a', version: 5 }] })
    expect(ids(inbox.$mine.get())).toEqual(['a'])
    line.push('inboxGone', { conversationId: 'a', version: 6, ended: true })
    expect(inbox.$mine.get()).toEqual([])
    expect(inbox.$today.get()).toEqual({ handled: 1, lastEndedAt: 1_000 })
  })

  it('does not count as ended what was handed on to a colleague', () => {
    line.push('inbox', { row: row('a', 5, mine) })
    line.push('inboxGone', { conversationId: 'a', version: 6, ended: false })
    expect(inbox.$mine.get()).toEqual([])
    expect(inbox.$today.get()).toEqual({ handled: 0, lastEndedAt: null })
  })

  it('knows in which of mine a call is to be answered, while I am in none', () => {
    const withCall = (id: string, version: number, phase: Phase, call: object): InboxRow => {
      const one = row(id, version, phase)
      return { ...one, state: { ...one.state, call: { seats: {}, ...call } as unknown as CallState } }
    }
    const asks = { phase: 'asking', by: 'visitor' }
    line.push('inbox', { row: withCall('queued', 1, queued(1), asks) })
    line.push('inbox', { row: withCall('own question', 1, mine, { ...asks, by: 'agent' }) })
    expect(inbox.$asked.get()).toBeNull()
    line.push('inbox', { row: withCall('a', 1, mine, asks) })
    expect(inbox.$asked.get()?.conversationId).toBe('a')
    line.push('inbox', { row: withCall('b', 1, mine, { phase: 'connected' }) })
    expect(inbox.$asked.get()).toBeNull()
  })

  it('lets an offer go when it is accepted, and remembers whom one missed until one is back', async () => {
    line.push('offer', offer('1'))
    line.push('offer', offer('1'))
    expect(inbox.$offers.get()).toHaveLength(1)
    expect(await inbox.accept('1')).toBe('c')
    expect(inbox.$offers.get()).toEqual([])
    line.push('offer', offer('2'))
    line.push('offerGone', { offerId: '2', why: 'missed' })
    line.push('status', standing('notResponding'))
    expect(inbox.$missed.get()?.visitorName).toBe('Mina')
    line.push('status', standing('available'))
    expect(inbox.$missed.get()).toBeNull()
  })

  it.each(['accept', 'decline'] as const)(
    'asks once for an offer that is answered twice (%s), and tells both that it is so',
    async (answer) => {
      line.push('offer', offer('o1'))
      const [first, second] = await Promise.all([inbox[answer]('o1'), inbox[answer]('o1')])
      expect(second).toBe(first)
      expect(line.asked).toEqual([`offer.${answer}`])
      await inbox[answer]('o1')
      expect(line.asked).toHaveLength(2)
    },
  )

  it('knows who is on the page', () => {
    line.push('inbox', { row: row('a', 1, mine) })
    line.push('presence', { conversationId: 'a', online: false })
    expect(inbox.row('a')?.visitorOnline).toBe(false)
  })
})
