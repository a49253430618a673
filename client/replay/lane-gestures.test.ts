import { beforeEach, describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { createAxis } from './axis.ts'
import { listenToLanes } from './lane-gestures.ts'
import { createPlayer, type Player } from './player.ts'
import { createSteering, type Steering } from './steering.ts'
import { type View, whole } from './view.ts'

const T = 1_800_000_000_000
const LENGTH = 100_000
const axis = createAxis([T], [{ from: T, to: T + LENGTH }])

/** What of an element is used: 1,000 px wide, so that a pixel is 100 ms of the whole. */
class Strip extends EventTarget {
  getBoundingClientRect = () => ({ left: 0, width: 1_000 })
  setPointerCapture = () => undefined
}

let strip: Strip
let player: Player
let steering: Steering
let $view: ReturnType<typeof atom<View>>
let stop: () => void

beforeEach(() => {
  strip = new Strip()
  player = createPlayer({ axis, tracks: [], now: () => 0, frame: () => () => undefined })
  steering = createSteering([], false)
  $view = atom(whole(axis.length))
  stop = listenToLanes(strip as unknown as HTMLElement, { player, axis, steering, $view })
})

function happens(type: string, clientX: number, more: object = {}): Event {
  const event = new Event(type, { cancelable: true })
  const usual = {
    button: 0,
    pointerId: 1,
    pointerType: 'mouse',
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
  }
  strip.dispatchEvent(Object.assign(event, usual, { clientX, deltaX: 0, deltaY: 0, deltaMode: 0 }, more))
  return event
}
const finger = (pointerId: number) => ({ pointerType: 'touch', pointerId })
const at = () => player.$position.get()

describe('the lanes', () => {
  it('seek where they are pressed, and along while one drags', () => {
    happens('pointermove', 300)
    expect(at()).toBe(0)
    happens('pointerdown', 200)
    expect(at()).toBe(20_000)
    happens('pointermove', 350)
    expect(at()).toBe(35_000)
    happens('pointerup', 350)
    happens('pointermove', 900)
    expect(at()).toBe(35_000)
  })

  it('repeat what is marked with Shift, from its beginning, whichever way it was drawn', () => {
    happens('pointerdown', 500, { shiftKey: true })
    happens('pointermove', 300, { shiftKey: true })
    happens('pointerup', 300)
    expect(steering.$range.get().loop).toEqual({ from: 30_000, to: 50_000 })
    expect(at()).toBe(30_000)
  })

  it('come closer under two fingers, which seek nowhere', () => {
    happens('pointerdown', 400, finger(1))
    happens('pointerdown', 600, finger(2))
    happens('pointermove', 300, finger(1))
    happens('pointermove', 700, finger(2))
    const { from, to } = $view.get()
    expect(to - from).toBeCloseTo(LENGTH / 2)
    happens('pointerup', 300, finger(1))
    happens('pointerup', 700, finger(2))
    expect(at()).toBe(0)
  })

  it('seek under one finger once it is lifted or drags', () => {
    happens('pointerdown', 400, finger(1))
    expect(at()).toBe(0)
    happens('pointerup', 400, finger(1))
    expect(at()).toBe(40_000)
    happens('pointerdown', 500, finger(1))
    happens('pointermove', 520, finger(1))
    happens('pointermove', 540, finger(1))
    expect(at()).toBe(54_000)
  })

  it('come closer by Ctrl and the wheel about the pointer, and leave the wheel alone to the page', () => {
    expect(happens('wheel', 250, { deltaY: -100, ctrlKey: true }).defaultPrevented).toBe(true)
    const { from, to } = $view.get()
    expect(to - from).toBeLessThan(LENGTH)
    expect((25_000 - from) / (to - from)).toBeCloseTo(0.25)
    expect(happens('wheel', 250, { deltaY: 100 }).defaultPrevented).toBe(false)
    expect($view.get()).toEqual({ from, to })
    expect(happens('wheel', 250, { deltaX: 100 }).defaultPrevented).toBe(true)
    expect($view.get().from).toBeCloseTo(from + 0.1 * (to - from))
  })

  it('hear nothing any more once they are gone', () => {
    stop()
    happens('pointerdown', 200)
    expect(at()).toBe(0)
  })
})
