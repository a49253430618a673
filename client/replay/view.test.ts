import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import {
  follow,
  holding,
  isClosest,
  isWhole,
  moved,
  pinched,
  positionAt,
  shareOf,
  type View,
  whole,
  zoomed,
} from './view.ts'

const HOUR = 3_600_000

describe('the part of the axis in view', () => {
  it('comes closer about a place that stays where it is', () => {
    const view = zoomed(whole(HOUR), HOUR, 4, 900_000)
    expect(view.to - view.from).toBe(HOUR / 4)
    expect(shareOf(view, 900_000)).toBeCloseTo(0.25)
    expect(positionAt(view, 0.25)).toBeCloseTo(900_000)
    const closer = zoomed(view, HOUR, 2, 900_000)
    expect(shareOf(closer, 900_000)).toBeCloseTo(0.25)
  })

  it('goes back to the whole and no further, from wherever it was', () => {
    const end = zoomed(whole(HOUR), HOUR, 8, HOUR)
    expect(end).toEqual({ from: HOUR - HOUR / 8, to: HOUR })
    const back = zoomed(end, HOUR, 1 / 100, HOUR - 1)
    expect(isWhole(back, HOUR)).toBe(true)
    expect(isWhole(end, HOUR)).toBe(false)
  })

  it('comes no closer than five seconds, or than what there is', () => {
    expect(zoomed(whole(HOUR), HOUR, 1e9, 0)).toEqual({ from: 0, to: 5_000 })
    expect(zoomed(whole(3_000), 3_000, 2, 0)).toEqual({ from: 0, to: 3_000 })
    expect(zoomed(whole(0), 0, 2, 0)).toEqual({ from: 0, to: 1 })
    const closest = zoomed({ from: 0.1, to: 9_000.7 }, HOUR, 2, 5_000.3)
    expect(isClosest(closest, HOUR)).toBe(true)
    expect(isClosest(whole(3_000), 3_000)).toBe(true)
    expect(isClosest({ from: 0, to: 6_000 }, HOUR)).toBe(false)
  })

  it('moves up to both ends', () => {
    const view = { from: 10_000, to: 20_000 }
    expect(moved(view, HOUR, 5_000)).toEqual({ from: 15_000, to: 25_000 })
    expect(moved(view, HOUR, -50_000)).toEqual({ from: 0, to: 10_000 })
    expect(moved(view, 30_000, 50_000)).toEqual({ from: 20_000, to: 30_000 })
  })

  it('goes after a position that has left it, and stays while it is inside', () => {
    const view = { from: 10_000, to: 20_000 }
    expect(holding(view, HOUR, 15_000)).toBe(view)
    expect(holding(view, HOUR, 20_001)).toEqual({ from: 19_001, to: 29_001 })
    expect(holding(view, HOUR, 500)).toEqual({ from: 0, to: 10_000 })
  })

  it('keeps what two fingers hold under them', () => {
    const view = pinched(whole(HOUR), HOUR, [0.4, 0.6], [0.3, 0.7])
    expect(view.to - view.from).toBeCloseTo(HOUR / 2)
    expect(shareOf(view, 0.4 * HOUR)).toBeCloseTo(0.3)
    const shifted = pinched(view, HOUR, [0.4, 0.6], [0.5, 0.7])
    expect(shifted.from).toBeCloseTo(view.from - 0.1 * (view.to - view.from))
  })
})

describe('a view that follows', () => {
  const begun = () => {
    const $view = atom<View>({ from: 0, to: 10_000 })
    const [$position, $seeks] = [atom(0), atom(0)]
    const stop = follow($view, HOUR, { $position, $seeks })
    return { $view, $position, stop, seek: () => $seeks.set($seeks.get() + 1) }
  }

  it('turns on when the position runs out of it', () => {
    const { $view, $position } = begun()
    $position.set(9_990)
    expect($view.get().from).toBe(0)
    $position.set(10_010)
    expect($view.get().from).toBe(9_010)
  })

  it('stays with who looks at another part, until they jump', () => {
    const { $view, $position, seek } = begun()
    $view.set({ from: 60_000, to: 70_000 })
    $position.set(500)
    $position.set(1_000)
    expect($view.get().from).toBe(60_000)
    seek()
    expect($view.get()).toEqual({ from: 0, to: 10_000 })
  })
})
