/** Speech out of the sound of a finalised recording, as files that speech engines take. Nothing is decoded. */
import { isSilence, opusDurationMs, opusHead, SILENCE_20, splitStreams } from '../../sfu/recording/opus.ts'
import { packetsIn } from '../../sfu/recording/raw-reader.ts'
import { oggOpus, type OpusPacket } from '../handout/ogg-opus.ts'

const SLOT_MS = 20
/** Of a decoder that begins in the middle, so much is not right yet (RFC 7845, 4.6): sent along, and heard by nobody. */
const PRE_ROLL_MS = 80
const SAMPLES_PER_MS = 48

/** Of one side, ms after the file's beginning; `to` is not in it any more. */
export type Cut = { channel: number; from: number; to: number }
/** `ogg`: as long as the cut, to 20 ms. */
export type CutSound<C extends Cut> = { cut: C; ogg: Buffer }

type Open<C> = { cut: C; first: number; end: number; sounds: Map<number, Uint8Array> }

/**
 * Each cut's sound, in the order in which they end. Reads the file once, and holds no more of it than the cuts that are under way.
 * `chunks`: the file's bytes.
 */
export async function* cutSound<C extends Cut>(
  chunks: AsyncIterable<Buffer>,
  cuts: readonly C[],
): AsyncGenerator<CutSound<C>> {
  const open = cuts.map(opened).sort((a, b) => a.end - b.end)
  for await (const { data, atMs } of packetsIn(chunks)) {
    const slot = Math.round(atMs / SLOT_MS)
    while (open[0] && open[0].end <= slot) yield await closed(open.shift() as Open<C>)
    if (open.length === 0) return
    const sides = splitStreams(data)
    if (sides === null) continue
    for (const one of open) {
      const packet = sides[one.cut.channel]
      if (slot < one.first || slot >= one.end || packet === undefined) continue
      // A longer packet is silence that was written for many.
      if (opusDurationMs(packet) === SLOT_MS && !isSilence(packet)) one.sounds.set(slot, packet.slice())
    }
  }
  for (const one of open) yield await closed(one)
}

const opened = <C extends Cut>(cut: C): Open<C> => ({
  cut,
  first: Math.round((cut.from - PRE_ROLL_MS) / SLOT_MS),
  end: Math.round(cut.to / SLOT_MS),
  sounds: new Map(),
})

const closed = async <C extends Cut>(open: Open<C>): Promise<CutSound<C>> => ({
  cut: open.cut,
  ogg: await speechFile(slotsOf(open), PRE_ROLL_MS),
})

function* slotsOf({ first, end, sounds }: Open<Cut>): Generator<OpusPacket> {
  for (let slot = first; slot < end; slot++)
    yield { data: sounds.get(slot) ?? SILENCE_20, durationMs: SLOT_MS }
}

/** Packets that follow each other, of one side, as a file that speech engines take. `skipMs`: heard by nobody at its beginning. */
export async function speechFile(packets: Iterable<OpusPacket>, skipMs = 0): Promise<Buffer> {
  const head = opusHead(1)
  new DataView(head.buffer).setUint16(10, skipMs * SAMPLES_PER_MS, true)
  const pages: Buffer[] = []
  for await (const page of oggOpus(head, [], packets)) pages.push(page)
  return Buffer.concat(pages)
}
