import { amplitude, SLOT_MS, UNKNOWN } from './levels.ts'

/** Silences shorter than this are not worth telling; sounds shorter than the other do not break one. */
const MIN_FILLER_MS = 300
const BRIDGE_MS = 60

/** Gathers what a waveform and its silent spans need from the pieces of one side. */
export class PeakMeter {
  readonly #perBucket: number
  readonly #peaks: Uint8Array
  readonly #slots: number
  readonly #spans: [number, number][] = []
  #heardTo = 0

  constructor(peakMs: number, slots: number) {
    this.#perBucket = peakMs / SLOT_MS
    this.#peaks = new Uint8Array(Math.ceil(slots / this.#perBucket))
    this.#slots = slots
  }

  /** A piece with sound; slots must rise. */
  add(slot: number, level: number): void {
    this.#silentUntil(slot)
    this.#heardTo = slot + 1
    if (level === UNKNOWN) return
    const bucket = Math.floor(slot / this.#perBucket)
    this.#peaks[bucket] = Math.max(this.#peaks[bucket] ?? 0, amplitude(level))
  }

  /** base64, one byte a bucket. */
  peaks(): string {
    return Buffer.from(this.#peaks).toString('base64')
  }

  /** [from, to] in ms. */
  filler(): [number, number][] {
    this.#silentUntil(this.#slots)
    this.#heardTo = this.#slots
    return this.#spans.filter(([from, to]) => to - from >= MIN_FILLER_MS)
  }

  #silentUntil(slot: number): void {
    if (slot <= this.#heardTo) return
    const from = this.#heardTo * SLOT_MS
    const to = slot * SLOT_MS
    const last = this.#spans.at(-1)
    if (last !== undefined && from - last[1] <= BRIDGE_MS) last[1] = to
    else this.#spans.push([from, to])
  }
}
