/** Ogg files of Opus (RFC 3533, RFC 7845), written as their packets come: one track of sound that every editor opens. */

/** Samples are counted at this rate, whatever the voice was coded at. */
const RATE = 48
const PACKETS_A_PAGE = 50
/** A page tells the lengths of its packets in at most so many bytes. */
const MOST_LACES = 255
/** The stream's number; a file of ours has one. */
const SERIAL = 1

export type OpusPacket = { data: Uint8Array; durationMs: number }

/** `about`: comments as `NAME=value`. */
export async function* oggOpus(
  head: Uint8Array,
  about: readonly string[],
  packets: AsyncIterable<OpusPacket> | Iterable<OpusPacket>,
): AsyncGenerator<Buffer> {
  yield page({ number: 0, flags: FIRST, samples: 0, packets: [head] })
  yield page({ number: 1, flags: 0, samples: 0, packets: [tags(about)] })
  let [number, samples, laces] = [2, 0, 0]
  let held: Uint8Array[] = []
  for await (const { data, durationMs } of packets) {
    const more = Math.floor(data.length / 255) + 1
    if (held.length === PACKETS_A_PAGE || laces + more > MOST_LACES) {
      yield page({ number: number++, flags: 0, samples, packets: held })
      held = []
      laces = 0
    }
    held.push(data)
    laces += more
    samples += durationMs * RATE
  }
  yield page({ number, flags: LAST, samples, packets: held })
}

const FIRST = 2
const LAST = 4

type Page = { number: number; flags: number; samples: number; packets: readonly Uint8Array[] }

function page({ number, flags, samples, packets }: Page): Buffer {
  const laces = packets.flatMap(({ length }) => [
    ...Array.from({ length: Math.floor(length / 255) }, () => 255),
    length % 255,
  ])
  const head = Buffer.alloc(27)
  head.write('OggS', 0, 'latin1')
  head[5] = flags
  head.writeBigInt64LE(BigInt(Math.round(samples)), 6)
  head.writeUInt32LE(SERIAL, 14)
  head.writeUInt32LE(number, 18)
  head[26] = laces.length
  const whole = Buffer.concat([head, Uint8Array.from(laces), ...packets])
  whole.writeUInt32LE(checksum(whole), 22)
  return whole
}

function tags(about: readonly string[]): Buffer {
  const counted = (text: string) => {
    const bytes = Buffer.from(text)
    return [uint32(bytes.length), bytes]
  }
  const comments = about.flatMap(counted)
  return Buffer.concat([Buffer.from('OpusTags'), ...counted('Parley'), uint32(about.length), ...comments])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** Ogg's own: CRC-32 without reflection, from zero. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0)
  return value >>> 0
})

function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum = ((sum << 8) ^ (table[((sum >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0
  return sum
}
