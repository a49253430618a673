/** An RTP packet (RFC 3550) with its header extensions (RFC 8285), as far as a recorder reads it: every packet of every call passes here. */
export type RtpPacket = {
  sequence: number
  timestamp: number
  marker: boolean
  payload: Buffer
  extensions: Extensions | null
}

type Extensions = { bytes: Buffer; wide: boolean }

const HEAD = 12
const ONE_BYTE = 0xbede
const TWO_BYTES = 0x100

/** Null: it is none. */
export function readRtp(bytes: Buffer): RtpPacket | null {
  const [first = 0, second = 0] = bytes
  if (bytes.length < HEAD || first >> 6 !== 2) return null
  const head = HEAD + (first & 0x0f) * 4
  const extended = (first & 0x10) !== 0
  if (extended && head + 4 > bytes.length) return null
  const from = extended ? head + 4 + bytes.readUInt16BE(head + 2) * 4 : head
  const to = bytes.length - ((first & 0x20) === 0 ? 0 : (bytes[bytes.length - 1] ?? 0))
  if (from > to) return null
  return {
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    marker: (second & 0x80) !== 0,
    payload: bytes.subarray(from, to),
    extensions: extended ? extensionsOf(bytes.readUInt16BE(head), bytes.subarray(head + 4, from)) : null,
  }
}

function extensionsOf(profile: number, bytes: Buffer): Extensions | null {
  const wide = profile >> 4 === TWO_BYTES
  return wide || profile === ONE_BYTE ? { bytes, wide } : null
}

/** The content of the header extension of this id. */
export function extensionOf({ extensions }: RtpPacket, id: number): Buffer | null {
  if (extensions === null) return null
  const { bytes, wide } = extensions
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0
    const found = wide ? first : first >> 4
    // Padding is one byte; 15 ends the short kind.
    if (first === 0) at += 1
    else if (!wide && found === 15) return null
    else {
      const from = at + (wide ? 2 : 1)
      const to = from + (wide ? (bytes[at + 1] ?? 0) : (first & 0x0f) + 1)
      if (found === id) return to > bytes.length ? null : bytes.subarray(from, to)
      at = to
    }
  }
  return null
}
