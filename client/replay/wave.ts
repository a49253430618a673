/** Loudness over time, drawn from one byte a step. */

export function peaksFrom(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
}

/** The loudest of each of at most `columns` equal stretches, 0 to 1. */
export function columnsOf(peaks: Uint8Array, columns: number): number[] {
  const count = Math.min(columns, peaks.length)
  return Array.from({ length: count }, (_, column) => {
    const from = Math.floor((column * peaks.length) / count)
    const to = Math.max(from + 1, Math.floor(((column + 1) * peaks.length) / count))
    return Math.max(...peaks.subarray(from, to)) / 255
  })
}

/** An SVG path about the middle of a box of 1 by 1: one bar a column, the quiet ones still a hair. */
export function wavePath(levels: readonly number[]): string {
  const step = 1 / Math.max(1, levels.length)
  const bars = levels.map((level, column) => {
    // Speech is quiet most of the time: the root lifts it into view.
    const half = Math.max(0.01, Math.sqrt(level) / 2)
    const x = ((column + 0.5) * step).toFixed(5)
    return `M${x} ${(0.5 - half).toFixed(3)}V${(0.5 + half).toFixed(3)}`
  })
  return bars.join('')
}
