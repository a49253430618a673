/** The part of the axis that the lanes show, in ms of play. It never reaches beyond the axis. */
import type { WritableAtom } from 'nanostores'
import type { Span } from './axis.ts'
import type { Player } from './player.ts'

export type View = Span

/** Nothing more is to be seen closer than this. */
const LEAST_MS = 5_000
/** Where the position stands once the view has gone after it: with more room before it than behind. */
const LEAD = 0.1

export const whole = (length: number): View => ({ from: 0, to: Math.max(1, length) })

export const isWhole = ({ from, to }: View, length: number): boolean => from <= 0 && to >= length

export const isClosest = ({ from, to }: View, length: number): boolean =>
  to - from <= Math.min(LEAST_MS, Math.max(1, length)) + 0.001

function within(from: number, span: number, length: number): View {
  const begin = Math.min(Math.max(0, from), Math.max(0, length - span))
  return { from: begin, to: begin + span }
}

/** `times` as close (less than 1: further away); what is at `about` stays where it is on the screen. */
export function zoomed(view: View, length: number, times: number, about: number): View {
  const all = Math.max(1, length)
  const span = Math.min(all, Math.max(Math.min(LEAST_MS, all), (view.to - view.from) / times))
  const at = Math.min(view.to, Math.max(view.from, about))
  const share = (at - view.from) / (view.to - view.from)
  return within(at - share * span, span, all)
}

export const moved = ({ from, to }: View, length: number, by: number): View =>
  within(from + by, to - from, Math.max(1, length))

/** Follows the position: turned on like a page when it runs out of the view. The same view while it is inside. */
export function holding(view: View, length: number, position: number): View {
  if (position >= view.from && position <= view.to) return view
  const span = view.to - view.from
  return within(position - LEAD * span, span, Math.max(1, length))
}

/** 0 at the view's left end, 1 at its right one. */
export const shareOf = ({ from, to }: View, position: number): number => (position - from) / (to - from)

export const positionAt = ({ from, to }: View, share: number): number => from + share * (to - from)

/** Two fingers were at these shares of the view, and are now at those: what was under them stays under them. */
export function pinched(view: View, length: number, before: Fingers, after: Fingers): View {
  const apart = ([one, other]: Fingers) => Math.max(0.02, Math.abs(one - other))
  const middle = ([one, other]: Fingers) => (one + other) / 2
  const about = positionAt(view, middle(before))
  const next = zoomed(view, length, apart(after) / apart(before), about)
  return moved(next, length, (shareOf(next, about) - middle(after)) * (next.to - next.from))
}
export type Fingers = readonly [one: number, other: number]

/** Turns the view on when the position runs out of it, and takes it to where one jumps. Returns the way to stop. */
export function follow(
  $view: WritableAtom<View>,
  length: number,
  { $position, $seeks }: Pick<Player, '$position' | '$seeks'>,
): () => void {
  const hold = () => $view.set(holding($view.get(), length, $position.get()))
  const stops = [
    // Who looks at another part meanwhile is left there.
    $position.listen((_, before) => {
      if (holding($view.get(), length, before ?? 0) === $view.get()) hold()
    }),
    $seeks.listen(hold),
  ]
  return () => stops.forEach((stop) => stop())
}
