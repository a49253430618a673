/** What one side says, cut into pieces as it is said: for captions, which cannot wait for the end of the call. */
import { MAX_SOUND_BYTES } from '../control/contract.ts'
import { amplitude, UNKNOWN } from './levels.ts'
import { isSilence, opusDurationMs, SILENCE_20 } from './opus.ts'

/** `rtpMs`: when it was captured, by the sender's own count. */
export type SpokenPacket = { rtpMs: number; payload: Uint8Array; level: number }
/** `rtpMs`: of its beginning. Its packets follow each other without a gap. */
export type Speech = { rtpMs: number; ms: number; packets: Uint8Array[] }

/** About 38 dB below full scale, as the transcript after the call has it. */
const SPEECH = 3
/** Beginnings of words are quiet. */
const LEAD_MS = 300
/** As many of the shortest there are; with that it is bounded in bytes, too. */
const MOST_LEAD = LEAD_MS / 2.5
/** Less is a click. */
const LEAST_MS = 200
/** So much silence ends a piece; one that has grown long ends at a shorter one, and at the longest without any. */
const PAUSE_MS = 600
const LONG_MS = 4_000
const SHORT_PAUSE_MS = 200
const LONGEST_MS = 8_000
/** What is not speech of people is cut smaller. */
const MOST_PACKETS = 800
const MOST_BYTES = 200_000
const SLOT_MS = 20

type Open = {
  from: number
  end: number
  loudTo: number
  loudMs: number
  bytes: number
  packets: Uint8Array[]
}
type Heard = SpokenPacket & { ms: number }

export class SpeechCutter {
  readonly #emit: (speech: Speech) => void
  #lead: Heard[] = []
  #open: Open | null = null

  constructor(emit: (speech: Speech) => void) {
    this.#emit = emit
  }

  push(packet: SpokenPacket): void {
    if (packet.payload.length > MAX_SOUND_BYTES) return
    const ms = opusDurationMs(packet.payload)
    if (ms === 0) return
    const heard = { ...packet, ms }
    this.quiet(packet.rtpMs)
    if (this.#open !== null) this.#add(this.#open, heard)
    else this.#await(heard)
    this.#cut()
  }

  /** Nothing came between what came last and then: with that a piece may be over. */
  quiet(rtpMs: number): void {
    if (this.#open === null) return
    // A sender may begin to count anew, far before.
    if (endsAt(this.#open, rtpMs) || rtpMs < this.#open.from) this.flush()
  }

  /** What was said so far is a piece. */
  flush(): void {
    const open = this.#open
    this.#open = null
    this.#lead = []
    if (open === null || open.loudMs < LEAST_MS) return
    this.#emit({ rtpMs: open.from, ms: open.end - open.from, packets: open.packets })
  }

  #await(heard: Heard): void {
    const isLead = ({ rtpMs }: Heard) => rtpMs >= heard.rtpMs - LEAD_MS && rtpMs < heard.rtpMs
    this.#lead = [...this.#lead.filter(isLead), heard].slice(-MOST_LEAD)
    if (!isLoud(heard)) return
    const [{ rtpMs: from } = heard] = this.#lead
    const open: Open = { from, end: from, loudTo: from, loudMs: 0, bytes: 0, packets: [] }
    for (const one of this.#lead) this.#add(open, one)
    this.#lead = []
    this.#open = open
  }

  #add(open: Open, { rtpMs, ms, payload, level }: Heard): void {
    // Repeated, or from before.
    if (rtpMs < open.end - SLOT_MS / 2) return
    for (; open.end + SLOT_MS <= rtpMs; open.end += SLOT_MS) open.packets.push(SILENCE_20)
    open.packets.push(payload)
    open.bytes += payload.length
    open.end += ms
    if (!isLoud({ payload, level })) return
    open.loudTo = open.end
    open.loudMs += ms
  }

  #cut(): void {
    const open = this.#open
    if (open === null) return
    const over = endsAt(open, open.end) || open.end - open.from >= LONGEST_MS
    if (over || open.packets.length >= MOST_PACKETS || open.bytes >= MOST_BYTES) this.flush()
  }
}

/** Nothing was said since, long enough for what was said to stand by itself. */
const endsAt = ({ from, loudTo }: Open, rtpMs: number): boolean =>
  rtpMs - loudTo >= (loudTo - from > LONG_MS ? SHORT_PAUSE_MS : PAUSE_MS)

/** Some senders do not tell how loud they are: then whatever sounds may be speech. */
const isLoud = ({ payload, level }: Pick<SpokenPacket, 'payload' | 'level'>): boolean =>
  level === UNKNOWN ? !isSilence(payload) : amplitude(level) >= SPEECH
