/** Times on a replay's axis, as people write them: `1:05`, `1:02:03`, `7`. */

const digits = (text: string) =>
  text.replace(/[۰-۹٠-٩]/g, (one) => String((one.codePointAt(0) ?? 0) & 0xf)).trim()

/** ms; null for what is no time. */
export function parseMoment(text: string): number | null {
  const found = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,2}(?:[.,٫]\d{1,3})?)$/.exec(digits(text))
  if (!found) return null
  const [, hours = '0', minutes = '0', seconds = '0'] = found
  const s = Number(seconds.replace(/[,٫]/, '.'))
  if (s >= 60 && found[2] !== undefined) return null
  return Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + s) * 1_000)
}

const AROUND_MS = 15_000

/** The moment with a little before and after it, as far as there is any; ms. */
export const around = (at: number, length: number) => ({
  from: Math.max(0, Math.floor((at - AROUND_MS) / 1_000) * 1_000),
  to: Math.min(length, Math.ceil((at + AROUND_MS) / 1_000) * 1_000),
})
