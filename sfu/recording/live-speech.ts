import { nodeNow } from '../clock.ts'
import type { Reader } from '../room/room.policy.ts'
import type { RoomContext } from '../room/room-context.ts'
import { type Speech, SpeechCutter } from './speech-cutter.ts'

/** RTP ticks of sound a millisecond. */
const TICKS = 48

export type LiveSpeechOptions = {
  context: Pick<RoomContext, 'roomId' | 'serverNow' | 'notice' | 'isAlive'>
  seatId: string
  role: 'visitor' | 'agent' | 'guest' | 'supervisor'
  /** When what has this RTP time was captured, node's clock. */
  capturedAt(rtp: number): number
}

/** Tells what one side says while it speaks, as long as there is somebody who may read it. */
export class LiveSpeech {
  readonly #options: LiveSpeechOptions
  readonly #cutter = new SpeechCutter((speech) => this.#tell(speech))
  #readers: readonly Reader[] = []
  #newest = 0

  constructor(options: LiveSpeechOptions) {
    this.#options = options
  }

  /** From now on these; what was said before is for those before. */
  readBy(readers: readonly Reader[]): void {
    if (keyOf(readers) === keyOf(this.#readers)) return
    this.#cutter.flush()
    this.#readers = readers
  }

  heard({ rtp, payload, level }: { rtp: number; payload: Uint8Array; level: number }): void {
    if (this.#readers.length === 0) return
    this.#newest = rtp / TICKS
    this.#cutter.push({ rtpMs: this.#newest, payload, level })
  }

  /** Nothing has come for so long. */
  quiet(ms: number): void {
    this.#cutter.quiet(this.#newest + ms)
  }

  flush(): void {
    this.#cutter.flush()
  }

  #tell({ rtpMs, ms, packets }: Speech): void {
    const { context, seatId, role, capturedAt } = this.#options
    if (!context.isAlive()) return
    const at = Math.round(context.serverNow() - (nodeNow() - capturedAt(rtpMs * TICKS)))
    const sound = packets.map((packet) => Buffer.from(packet).toString('base64'))
    const readers = [...this.#readers]
    context.notice({
      ...{ type: 'speech', roomId: context.roomId, seatId, role, at, ms },
      ...{ packets: sound, readers },
    })
  }
}

const keyOf = (readers: readonly Reader[]): string =>
  readers
    .map(({ seatId, epoch }) => `${seatId} ${epoch}`)
    .sort()
    .join()
