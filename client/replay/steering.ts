/** What a reviewer wants the position to do by itself: leave out silences, go round in a range. */
import { atom, type ReadableAtom, type WritableAtom } from 'nanostores'
import type { Span } from './axis.ts'
import { rangeOf, route } from './route.ts'

/** `begin`: where a range shall begin that has no end yet; ms of play, as all here. */
export type Range = { begin: number | null; loop: Span | null }

export type Steering = {
  /** What can be left out, whether it is or not. */
  silences: readonly Span[]
  $skip: WritableAtom<boolean>
  $range: ReadableAtom<Range>
  /** The range begins here; it keeps its end, if that is later. */
  beginAt(position: number): void
  /** Tells where the range begins that ends here; null: none was begun, or it is too short. */
  endAt(position: number): number | null
  /** From one moment to the other, in either order. */
  between(one: number, other: number): void
  end(): void
  /** For the player: where it goes instead of to `to`. */
  route(from: number, to: number): number
}

const NONE: Range = { begin: null, loop: null }

export function createSteering(silences: readonly Span[], skip: boolean): Steering {
  const $skip = atom(skip)
  const $range = atom<Range>(NONE)
  return {
    ...{ silences, $skip, $range },
    beginAt(position) {
      const { loop } = $range.get()
      const kept = loop && position < loop.to ? rangeOf(position, loop.to) : null
      $range.set({ begin: position, loop: kept })
    },
    endAt(position) {
      const { begin } = $range.get()
      const loop = begin === null ? null : rangeOf(begin, position)
      if (!loop) return null
      $range.set({ begin: loop.from, loop })
      return loop.from
    },
    between(one, other) {
      const loop = rangeOf(one, other)
      $range.set(loop ? { begin: loop.from, loop } : NONE)
    },
    end: () => $range.set(NONE),
    route: (from, to) => route({ silences: $skip.get() ? silences : [], loop: $range.get().loop }, from, to),
  }
}
