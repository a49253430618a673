/** How loud a packet is: 0 to 127 as its sender told (RFC 6464: -dBov, 127 silent), UNKNOWN where none was told. */
export const UNKNOWN = 200
export const SLOT_MS = 20

/** Loudness of a level byte as a share of full scale, 0..255. */
export function amplitude(level: number): number {
  if (level >= 127) return 0
  return Math.round(255 * 10 ** (-level / 20))
}
