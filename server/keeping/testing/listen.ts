/**
 * Listens to whatever in a data folder can be decoded, as somebody would who has got the disk: every file with a WebM file of sound
 * anywhere in it, and what one of the given keys opens. Tells which tones are to be heard, and where.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { OpusDecoder } from 'opus-decoder'
import { packetsIn } from '../../../sfu/recording/raw-reader.ts'
import { faultCode } from '../../fault.ts'
import { HEAD, isHead, type Seal, sizeIn, unseal } from '../../sealing/sealed.ts'

const EBML = Buffer.from([0x1a, 0x45, 0xdf, 0xa3])
const OPUS = Buffer.from('OpusHead')
/** Before its first packet a file says what it is within so many bytes. */
const HEAD_WITHIN = 1_000
const RATE = 48_000
const WINDOW = RATE / 10
/** Of a window's power a tone has so much where it is heard. */
const SHARE = 0.5

/** By frequency in Hz, the files in which each tone is heard, relative to the folder. `seals`: keys, and what each is of. */
export async function listenTo(
  folder: string,
  tones: readonly number[],
  seals: readonly Seal[],
): Promise<Map<number, string[]>> {
  const heard = new Map(tones.map((hz): [number, string[]] => [hz, []]))
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    for (const bytes of await opened(bytesOf(file), seals))
      for (const hz of await tonesIn(bytes, tones)) heard.get(hz)?.push(path.relative(folder, file))
  }
  return heard
}

/** Of those given, the tones in the sound that these bytes hold. */
export async function tonesIn(bytes: Buffer, tones: readonly number[]): Promise<number[]> {
  const found = new Set<number>()
  for (let at = bytes.indexOf(EBML); at >= 0; at = bytes.indexOf(EBML, at + 1)) {
    for (const channel of await decoded(bytes.subarray(at)))
      for (const hz of tones) if (sounds(channel, hz)) found.add(hz)
  }
  return [...found]
}

/** The running database may have taken it away since it was listed. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

async function opened(bytes: Buffer, seals: readonly Seal[]): Promise<Buffer[]> {
  const head = bytes.subarray(0, HEAD)
  if (!isHead(head)) return [bytes]
  const fetch = (from: number, to: number) => Readable.from([bytes.subarray(from, to)])
  const all = { from: 0, to: sizeIn(head) }
  const tries = seals.map((one) =>
    // Another's key does not open it.
    Readable.from(unseal(fetch, one, head, all))
      .toArray()
      .then(
        (parts: Buffer[]) => [Buffer.concat(parts)],
        () => [],
      ),
  )
  return (await Promise.all(tries)).flat()
}

/** Each channel of the file of sound that begins there; none of anything else. */
async function decoded(bytes: Buffer): Promise<Float32Array[]> {
  const head = bytes.subarray(0, HEAD_WITHIN).indexOf(OPUS)
  if (head < 0) return []
  const channels = bytes[head + 9] === 2 ? 2 : 1
  const mapping = Array.from({ length: channels }, (_, channel) => channel)
  const decoder = new OpusDecoder({
    channels,
    streamCount: channels,
    coupledStreamCount: 0,
    channelMappingTable: mapping,
    preSkip: 0,
  })
  await decoder.ready
  const packets: Uint8Array[] = []
  for await (const { data } of packetsIn(Readable.from([bytes]))) packets.push(data)
  const { channelData } = decoder.decodeFrames(packets)
  decoder.free()
  return channelData
}

/** Whether the tone stands out anywhere: by Goertzel's filter, against all that sounds with it. */
function sounds(samples: Float32Array, hz: number): boolean {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / RATE)
  for (let at = 0; at + WINDOW <= samples.length; at += WINDOW) {
    let [before, last, power] = [0, 0, 0]
    for (const sample of samples.subarray(at, at + WINDOW)) {
      ;[before, last] = [last, sample + turn * last - before]
      power += sample * sample
    }
    const tone = before * before + last * last - turn * before * last
    if (power > WINDOW * 1e-6 && tone > (SHARE * power * WINDOW) / 2) return true
  }
  return false
}
