/** Writes raw recordings as a node would have left them, faster than they would have been recorded. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '../control/contract.ts'
import { Flusher } from '../recording/flusher.ts'
import { JOURNAL_FILE, Journal, type JournalLine } from '../recording/journal.ts'
import { AudioSegment, type SegmentPlace, VideoSegment } from '../recording/segment.ts'
import { codedOpus, codedVp8 } from './coded-media.ts'

export type Track = {
  seat: string
  role: Role
  /** When the first packet was captured, node clock. */
  begins: number
  seconds: number
  voice?: number
  /** Speed of the sender's clock against the node's. */
  ppm?: number
  /** Sender's clock minus node's clock at the start, ms. */
  ahead?: number
  sends?(number: number): boolean
  /** False writes no sender reports: only arrivals remain to tell the time. */
  reports?: boolean
  /** In place of numbered packets. */
  packet?(number: number): Uint8Array
  /** Said apart from the visitor. */
  aside?: boolean
  /** 0 (loudest) to 127. */
  level?(number: number): number
  /** From which picture on RTP time is off by how many ms; capture times are told then, too. */
  moves?: readonly { from: number; ms: number }[]
  /** In place of numbered pictures; null: none came. */
  picture?(number: number): { data: Uint8Array; key: boolean; width: number; height: number } | null
}

export class RawRecording {
  readonly folder: string
  readonly #place: SegmentPlace

  private constructor(folder: string, place: SegmentPlace) {
    this.folder = folder
    this.#place = place
  }

  /** `server`: its clock when the node's is 0. */
  static async begin(
    roomId = 'room',
    { server = 1_000_000, folder }: { server?: number; folder?: string } = {},
  ): Promise<RawRecording> {
    const place = folder ?? (await mkdtemp(join(tmpdir(), 'raw-')))
    const journal = await Journal.open(join(place, JOURNAL_FILE))
    journal.write({ t: 'start', boot: 'b', installationId: 'i', roomId, node: 0 })
    journal.write({ t: 'clock', node: 0, server })
    const flusher = new Flusher(() => undefined)
    return new RawRecording(place, { folder: place, journal, flusher })
  }

  note(line: JournalLine): void {
    this.#place.journal.write(line)
  }

  /** A track of numbered packets, each captured 20 ms of the sender's clock after the one before. Returns its id. */
  async sound(track: Track): Promise<string> {
    const { begins, seconds, voice = 0, ppm = 0, sends = () => true, level = () => 30 } = track
    const packet = track.packet ?? ((number) => codedOpus(number, voice))
    const segment = await AudioSegment.create(this.#place, 0)
    this.#open(segment.id, track, 'mic')
    const speed = 1 + ppm / 1e6
    for (let number = 0; number < seconds * 50; number++) {
      if (sends(number)) segment.add(packet(number), number * 960, level(number))
      const node = begins + (number * 20) / speed
      if (number % 50 === 25) this.#readings(segment.id, track, number * 960, node, number * 20)
      if (number % 500 === 0) await this.#flush(segment)
    }
    await segment.close()
    return segment.id
  }

  /** 25 pictures a second, a keyframe every two seconds. Returns its id. */
  async pictures(track: Track): Promise<string> {
    const { picture = codedPicture, moves = [] } = track
    const rtpOf = (number: number) =>
      number * 3600 + Math.round(90 * (moves.findLast(({ from }) => number >= from)?.ms ?? 0))
    const frame = (number: number) => {
      const made = picture(number)
      return made && { ...made, rtp: rtpOf(number) }
    }
    const first = frame(0)
    if (first === null) throw new Error('the first picture must be there')
    const segment = await VideoSegment.create(this.#place, first)
    this.#open(segment.id, track, 'cam')
    const speed = 1 + (track.ppm ?? 0) / 1e6
    for (let number = 0; number < track.seconds * 25; number++) {
      const made = frame(number)
      if (moves.some(({ from }) => from === number))
        this.note({ t: 'moved', seg: segment.id, at: segment.atMs(rtpOf(number)) })
      if (made) segment.add(made)
      if (number % 250 === 0) await this.#flush(segment)
      const node = track.begins + (number * 40) / speed
      if (number % 25 !== 12) continue
      this.#readings(segment.id, track, rtpOf(number), node, number * 40)
      if (moves.length > 0) this.note({ t: 'pair', seg: segment.id, rtp: rtpOf(number), node, src: 'act' })
    }
    await segment.close()
    return segment.id
  }

  /** The journal, too: of what waits for the disk it keeps no more readings than come in a while of real time. */
  async #flush(segment: AudioSegment | VideoSegment): Promise<void> {
    await segment.flush()
    await this.#place.journal.sync()
  }

  async end(): Promise<void> {
    await this.#place.journal.close()
  }

  #open(seg: string, { seat, role, begins, aside }: Track, source: 'mic' | 'cam'): void {
    const kind = source === 'mic' ? 'audio' : 'video'
    this.note({ t: 'seat', id: seat, role })
    const rate = kind === 'audio' ? 48_000 : 90_000
    const apart = aside ? { aside } : {}
    this.note({ t: 'open', seg, seat, epoch: 1, role, source, kind, rate, node: begins + 500, ...apart })
  }

  /** What the node sees of a packet captured at `node`: it and the report about it come after the way they have. */
  #readings(
    seg: string,
    { ahead = 0, begins, reports = true }: Track,
    rtp: number,
    node: number,
    senderMs: number,
  ): void {
    const way = 30 + ((rtp / 480) % 7) * 5
    this.note({ t: 'pair', seg, rtp, node: node + way, src: 'arr' })
    if (reports)
      this.note({ t: 'sr', seg, rtp, ntp: begins + ahead + senderMs, node: node + way, rtt: 2 * way })
  }
}

function codedPicture(number: number) {
  const key = number % 50 === 0
  const [width, height] = key ? [640, 360] : [0, 0]
  return { data: codedVp8(number, key), key, width, height }
}
