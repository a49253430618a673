/**
 * Tests of a connection before a call: one person's own voice through the media node and back, in a room that no call
 * knows and nothing is kept of. Held in memory: a test lasts seconds, and one that is lost is begun again.
 */
import { AppError } from '../contract/errors.ts'
import type { LoopGreeting } from '../contract/loop.ts'
import type { Notice, RoomSpec } from '../../sfu/control/contract.ts'
import { createRateLimits, defaultRates } from '../auth/rate-limit.ts'
import type { MediaNode } from '../call/media-node.ts'
import type { Tab } from '../caller/caller.ts'
import type { Deps } from '../deps.ts'
import type { Tasks } from '../tasks.ts'
import type { LoopPushes } from '../contract/pushes.ts'

/** A test ends by itself after this. */
const LIFE_MS = 15_000
/** Of all people of one server; each costs the media node two connections. */
const AT_ONCE = 20
/** Of these, visitors: whoever takes calls is never kept from testing by those who only might make one. */
const VISITORS_AT_ONCE = 10

const OUT = { seatId: 'out', epoch: 1 }
const BACK = { seatId: 'back', epoch: 1 }
const seat = { epoch: 1, role: 'agent' as const, muted: [], record: [] }
const spec: RoomSpec = {
  flow: true,
  recording: 'off',
  seats: [
    { ...seat, id: OUT.seatId, send: ['mic'], hears: [] },
    { ...seat, id: BACK.seatId, send: [], hears: [OUT.seatId] },
  ],
}

type Opaque = Record<string, unknown>
export type Tester = { kind: 'staff' | 'visitor'; id: string }
type Running = { loopId: string; tab: Tab; kind: Tester['kind']; timer: NodeJS.Timeout }
export type LoopDeps = Pick<Deps, 'newId'> & {
  tasks: Pick<Tasks, 'run'>
  node: MediaNode
  tell(tab: Tab, push: LoopPushes['loop.consumer']): void
}

/** Each request but `open` throws `notFound` for what is not this tab's, or over. */
export type Loops = {
  /** Ends the person's earlier test. Throws `tooMany`, or `unavailable` while the media node is away. */
  open(tester: Tester, tab: Tab): Promise<LoopGreeting>
  produce(
    tab: Tab,
    input: { loopId: string; producerId: string; rtpParameters: Opaque; dtlsParameters?: Opaque },
  ): Promise<void>
  receive(tab: Tab, input: { loopId: string; rtpCapabilities: Opaque }): Promise<void>
  connect(tab: Tab, input: { loopId: string; dtlsParameters: Opaque }): Promise<void>
  end(tab: Tab, loopId: string): void
  /** Whether the news was about a test; then nobody else is concerned. */
  notice(notice: Notice): boolean
  close(): void
}

export function createLoops(d: LoopDeps): Loops {
  const running = new Map<string, Running>()
  const limits = createRateLimits(defaultRates)

  const roomOf = (tab: Tab, loopId: string) => {
    for (const one of running.values())
      if (one.loopId === loopId && one.tab === tab) return { roomId: loopId }
    throw new AppError('notFound', 'Not found')
  }

  function stop(personId: string, { loopId, timer }: Running): void {
    clearTimeout(timer)
    if (running.get(personId)?.loopId === loopId) running.delete(personId)
    d.tasks.run('a test ended', d.node.request('room.close', { roomId: loopId, reason: 'tested' }))
  }

  function assertRoom(kind: Tester['kind']): void {
    const visitors = [...running.values()].filter((one) => one.kind === 'visitor').length
    if (running.size >= AT_ONCE || (kind === 'visitor' && visitors >= VISITORS_AT_ONCE))
      throw new AppError('tooMany', 'Too many tests at once', { retryAfterMs: LIFE_MS })
  }

  function begin({ kind, id: personId }: Tester, tab: Tab): Running {
    const before = running.get(personId)
    if (before) stop(personId, before)
    assertRoom(kind)
    const timer = setTimeout(() => stop(personId, one), LIFE_MS)
    const one: Running = { loopId: d.newId(), tab, kind, timer }
    running.set(personId, one)
    return one
  }

  return {
    async open(tester, tab) {
      if (!d.node.bootId()) throw new AppError('unavailable', 'The media node is away')
      await limits.take('loop', tester.id)
      const one = begin(tester, tab)
      const room = { roomId: one.loopId }
      try {
        await d.node.request('room.apply', { ...room, rev: 1, spec, lastsMs: LIFE_MS })
        const [out, back] = await Promise.all([
          d.node.request('seat.open', { ...room, ...OUT }),
          d.node.request('seat.open', { ...room, ...BACK }),
        ])
        const { rtpCapabilities, send } = out
        return { loopId: one.loopId, rtpCapabilities, send, recv: back.recv, lastsMs: LIFE_MS }
      } catch (error) {
        stop(tester.id, one)
        throw error
      }
    },
    async produce(tab, { loopId, ...input }) {
      const place = { ...roomOf(tab, loopId), ...OUT }
      await d.node.request('producer.open', { ...place, ...input, source: 'mic', kind: 'audio' })
    },
    async receive(tab, { loopId, rtpCapabilities }) {
      await d.node.request('seat.capabilities', { ...roomOf(tab, loopId), ...BACK, rtpCapabilities })
    },
    async connect(tab, { loopId, dtlsParameters }) {
      const place = { ...roomOf(tab, loopId), ...BACK }
      await d.node.request('seat.connect', { ...place, direction: 'recv', dtlsParameters })
    },
    end(tab, loopId) {
      for (const [personId, one] of running)
        if (one.loopId === loopId && one.tab === tab) return stop(personId, one)
    },
    notice(notice) {
      const one = [...running.values()].find(({ loopId }) => loopId === notice.roomId)
      if (!one) return false
      if (notice.type === 'consumer') {
        const { id, producerId, kind, rtpParameters } = notice.consumer
        d.tell(one.tab, { loopId: one.loopId, consumer: { id, producerId, kind, rtpParameters } })
      }
      return true
    },
    close() {
      for (const [personId, one] of [...running]) stop(personId, one)
    },
  }
}
