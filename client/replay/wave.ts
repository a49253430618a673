/** Loudness over time, drawn from one byte a step. */
import type { Span } from './axis.ts'

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

/** As many that they stand close, and no longer bar by bar. */
const CLOSE = 300

/** An SVG path about the middle of a box of 1 by 1: one bar a column, the quiet ones still a hair. */
export function wavePath(levels: readonly number[]): string {
  const step = 1 / Math.max(1, levels.length)
  const width = levels.length < CLOSE ? step * 0.6 : step
  const bars = levels.map((level, column) => {
    // Speech is quiet most of the time: the root lifts it into view.
    const half = Math.max(0.01, Math.sqrt(level) / 2)
    const x = (column + 0.5) * step - width / 2
    return `M${x.toFixed(5)} ${(0.5 - half).toFixed(3)}h${width.toFixed(5)}v${(2 * half).toFixed(3)}h${(-width).toFixed(5)}z`
  })
  return bars.join('')
}

/** Of loudness that lies at `span` what is in view, in whole steps, and where that lies; null: nothing. Both on one axis. */
export function partIn(span: Span, peaks: Uint8Array, view: Span): { span: Span; peaks: Uint8Array } | null {
  const step = (span.to - span.from) / Math.max(1, peaks.length)
  if (step <= 0) return null
  const first = Math.max(0, Math.floor((view.from - span.from) / step))
  const last = Math.min(peaks.length, Math.ceil((view.to - span.from) / step))
  if (last <= first) return null
  return {
    span: { from: span.from + first * step, to: span.from + last * step },
    peaks: peaks.subarray(first, last),
  }
}

/** An SVG path in the middle of a box of 1 by 1 that is as wide as the view: a bar for each span that is in it. */
export function barsPath(spans: readonly Span[], view: Span): string {
  const share = (at: number) =>
    ((Math.min(view.to, Math.max(view.from, at)) - view.from) / (view.to - view.from)).toFixed(5)
  return spans
    .filter(({ from, to }) => to > view.from && from < view.to)
    .map(({ from, to }) => `M${share(from)} .5H${share(to)}`)
    .join('')
}
