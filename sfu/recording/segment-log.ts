import { nodeNow } from '../clock.ts'
import type { Flushable } from './flusher.ts'
import type { Segment, SegmentPlace } from './segment.ts'
import type { Seat } from '../control/contract.ts'
import type { RoomContext } from '../room/room-context.ts'
import type { OpenProducer } from '../room/seat.ts'

/** Whose track it is and where its files go. */
export type SegmentOwner = {
  context: RoomContext
  producer: OpenProducer
  role: Seat['role']
  /** Not for the visitor's side. */
  aside: boolean
  place: SegmentPlace
}

/** Times are the node's. */
export type Writing = {
  /** The disk takes no more of this segment, and nothing of what came after that moment. */
  failed(since: number): void
  /** The disk has taken all so far of one that was opened then. */
  written(openedAt: number): void
}

/** The segments of one track, one after another: opened with a line and a fact, closed with a line and a fact. */
export class SegmentLog {
  readonly #options: SegmentOwner
  readonly #rate: number
  #current: Segment | null = null
  #file: Flushable | null = null

  constructor(options: SegmentOwner, rate: number) {
    this.#options = options
    this.#rate = rate
  }

  get current(): Segment | null {
    return this.#current
  }

  /** The open segment; a new one when there is none. */
  async ensure(create: (place: SegmentPlace) => Promise<Segment>, told: Writing): Promise<Segment> {
    if (this.#current !== null) return this.#current
    const { context, producer, role, aside, place } = this.#options
    const segment = await create(place)
    const node = nodeNow()
    const { seatId, epoch, source, kind } = producer
    const rate = this.#rate
    const apart = aside ? { aside } : {}
    segment.note({
      t: 'open',
      seg: segment.id,
      seat: seatId,
      epoch,
      role,
      source,
      kind,
      rate,
      node,
      ...apart,
    })
    // What lies in a file that the journal does not tell of is nobody's: its line is on the disk first. Where that takes none, it says so.
    await place.journal.flush().catch(() => undefined)
    let [since, failed] = [node, false]
    const file = {
      async flush() {
        const at = nodeNow()
        await segment.flush()
        // What the disk takes late is no sign of what comes after it.
        if (failed) return
        since = at
        told.written(node)
      },
      sync: () => segment.sync(),
      onWriteFailed() {
        failed = true
        told.failed(since)
      },
    }
    this.#file = file
    place.flusher.add(file)
    this.#current = segment
    const at = context.serverNow()
    context.fact({
      type: 'segmentOpened',
      roomId: context.roomId,
      segmentId: segment.id,
      seatId,
      role,
      source,
      at,
    })
    return segment
  }

  async close(reason: string): Promise<void> {
    const segment = this.#current
    if (segment === null) return
    this.#current = null
    const { context, place } = this.#options
    if (this.#file !== null) place.flusher.remove(this.#file)
    segment.note({ t: 'close', seg: segment.id, node: nodeNow(), reason })
    try {
      await segment.close()
    } finally {
      const at = context.serverNow()
      context.fact({ type: 'segmentClosed', roomId: context.roomId, segmentId: segment.id, at, reason })
    }
  }
}
