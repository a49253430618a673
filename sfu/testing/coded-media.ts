/**
 * Media that carries its own numbering: every packet decodes, and tells which one it was when it is found again in a
 * file. Opus: a CELT full-band 20 ms frame whose bytes are number and noise. VP8: a frame header and number.
 */

const OPUS_TOC = 0xf8
const OPUS_BYTES = 40
const MAGIC = 0x5a

/** One 20 ms Opus packet with a number in it. `voice` tells senders apart. */
export function codedOpus(number: number, voice = 0): Buffer {
  const packet = Buffer.alloc(OPUS_BYTES, 0x11)
  packet[0] = OPUS_TOC
  packet[1] = MAGIC
  packet[2] = voice
  packet.writeUInt32BE(number, 3)
  return packet
}

/** The number in a packet (or in a frame without its first byte), or null when it is not one of ours. */
export function readCodedOpus(packet: Uint8Array): { voice: number; number: number } | null {
  if (packet.length !== OPUS_BYTES || packet[1] !== MAGIC) return null
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  return { voice: view.getUint8(2), number: view.getUint32(3) }
}

/** One VP8 frame of `bytes`: parses as a frame of that size; its picture is rubbish. */
export function codedVp8(number: number, key: boolean, width = 640, height = 360, bytes = 800): Buffer {
  const frame = Buffer.alloc(bytes, number & 0xff)
  // Frame tag: key bit (0 = key), version 0, shown, first partition's size.
  const tag = (key ? 0 : 1) | (1 << 4) | (100 << 5)
  frame.writeUIntLE(tag, 0, 3)
  if (key) {
    frame.set([0x9d, 0x01, 0x2a], 3)
    frame.writeUInt16LE(width, 6)
    frame.writeUInt16LE(height, 8)
  }
  frame.writeUInt32BE(number, 12)
  return frame
}

export function readCodedVp8(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(12)
}

/** VP8 payload descriptor (RFC 7741) for a packet that starts a frame or goes on with it. */
export function vp8Payload(part: Buffer, first: boolean): Buffer {
  return Buffer.concat([Buffer.from([first ? 0x10 : 0x00]), part])
}
