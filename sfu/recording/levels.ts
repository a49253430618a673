/**
 * The levels file beside an audio segment: one byte for every 20 ms of the file. 0 to 127 is the loudness the sender
 * told (RFC 6464: -dBov, 127 silent), UNKNOWN a packet that told none, FILLER silence written in place of a packet.
 */
export const UNKNOWN = 200
export const FILLER = 255
export const SLOT_MS = 20

/** Loudness of a level byte as a share of full scale, 0..255. */
export function amplitude(level: number): number {
  if (level >= 127) return 0
  return Math.round(255 * 10 ** (-level / 20))
}
