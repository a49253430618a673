import { beforeEach, describe, expect, it } from '@jest/globals'
import { createAxis } from './axis.ts'
import { PAUSES_MS } from './loads.ts'
import { createPlayer, type Player } from './player.ts'
import { Tape } from './testing/tape.ts'

const T = 1_800_000_000_000

let anew: number
let clock = 0
let due: (() => void) | null = null
let timers: { at: number; run: () => void }[] = []
let tape: Tape
let delay = 0
let player: Player
let route: (from: number, to: number) => number
/** Of a picture from 10 s to 20 s of the conversation. */
let arrived: boolean

/** Lets time pass in steps of one picture. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 10) {
    clock += 10
    tape.pass(10)
    for (const timer of timers) if (timer.at <= clock) timer.run()
    const then = due
    due = null
    then?.()
  }
}

/** In the sound's own way. */
const loadAnew = () => {
  anew++
  tape.load()
}

beforeEach(() => {
  clock = 0
  due = null
  timers = []
  delay = 0
  arrived = true
  route = (_, to) => to
  tape = new Tape(20)
  anew = 0
  const axis = createAxis([T, T + 5_000, T + 25_000], [{ from: T + 5_000, to: T + 25_000 }])
  player = createPlayer({
    axis,
    route: (from, to) => route(from, to),
    tracks: [{ from: T + 5_000, to: T + 25_000, sound: tape, delay: () => delay, load: loadAnew }],
    parts: [{ id: 'cam', from: T + 10_000, to: T + 20_000, ready: () => arrived }],
    now: () => clock,
    later(run, ms) {
      const timer = { at: clock + ms, run }
      timers = [...timers, timer]
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    frame: (then) => {
      due = then
      return () => {
        due = null
      }
    },
  })
})

describe('the player', () => {
  it('runs by its own clock before the call, and by the sound in it', () => {
    player.play()
    pass(4_000)
    expect(player.time() - T).toBeCloseTo(4_000, -2)
    expect(tape.paused).toBe(true)
    pass(3_000)
    expect(tape.paused).toBe(false)
    expect(player.time() - T).toBeCloseTo(5_000 + tape.currentTime * 1_000, -2)
  })

  it('tells pictures the time that is heard, however long sound takes to the ear', () => {
    player.setRate(2)
    player.seek(6_000)
    player.play()
    pass(1_000)
    delay = 200
    expect(player.time() - T).toBeCloseTo(5_000 + tape.currentTime * 1_000 - 400)
    player.pause()
    expect(player.time() - T).toBeCloseTo(8_000, -2)
  })

  it('waits for a sound that stalls', () => {
    player.seek(6_000)
    player.play()
    const at = player.$position.get()
    tape.paused = true
    pass(1_000)
    expect(player.$position.get()).toBe(at)
  })

  it('goes on by its own clock where a file cannot be played', () => {
    tape.error = { code: 4 } as MediaError
    player.seek(6_000)
    player.play()
    pass(1_000)
    expect(player.$position.get()).toBeCloseTo(7_000, -2)
  })

  it('seeks into the call, out of it and back, playing or not', () => {
    player.seek(15_000)
    expect(tape.currentTime).toBeCloseTo(10)
    player.play()
    pass(200)
    player.seek(1_000)
    expect(tape.paused).toBe(true)
    pass(200)
    player.seek(10_000)
    expect(tape.paused).toBe(false)
    expect(tape.currentTime).toBeCloseTo(5)
  })

  it.each([true, false])(
    'shows each moment of a drag at once, and takes the sound along now and then; playing: %s',
    (plays) => {
      if (plays) player.play()
      let places = 0
      player.$places.listen(() => places++)
      const seeks = player.$seeks.get()
      for (let step = 1; step <= 100; step++) {
        player.seek(6_000 + step * 100)
        expect(player.$position.get()).toBe(6_000 + step * 100)
        pass(10)
      }
      expect(player.$seeks.get()).toBe(seeks + 100)
      expect(places).toBeLessThanOrEqual(10)
      pass(200)
      // Since it was placed last it has played on, if it plays.
      const gone = plays ? 0.2 : 0
      expect(tape.currentTime).toBeGreaterThanOrEqual(11)
      expect(tape.currentTime).toBeLessThanOrEqual(11 + gone)
      expect(player.$position.get()).toBeCloseTo(5_000 + tape.currentTime * 1_000, -1)
      expect(player.$playing.get()).toBe(plays)
      expect(tape.paused).toBe(!plays)
    },
  )

  it('stays where it was dragged last, though the sound is not there yet', () => {
    player.seek(20_000)
    player.play()
    pass(60)
    player.seek(15_000)
    player.seek(8_000)
    pass(20)
    expect(player.$position.get()).toBe(8_000)
    expect(tape.currentTime).toBeGreaterThan(9)
    pass(200)
    expect(player.$position.get()).toBeCloseTo(8_160, -2)
    expect(tape.currentTime).toBeCloseTo(3.16, 1)
  })

  it('plays from where it was dragged to, however soon, and goes nowhere once it is closed', () => {
    player.seek(20_000)
    player.seek(8_000)
    player.play()
    expect(tape.currentTime).toBeCloseTo(3)
    player.pause()
    player.seek(9_000)
    player.close()
    pass(500)
    expect(tape.currentTime).toBeCloseTo(3)
  })

  it('keeps the pace asked for, also of the sound', () => {
    player.setRate(2)
    player.play()
    pass(2_000)
    expect(player.$position.get()).toBeCloseTo(4_000, -2)
    pass(2_000)
    expect(tape.playbackRate).toBe(2)
    player.setRate(4)
    expect(tape.playbackRate).toBe(4)
  })

  it('stops at the end and begins anew from there', () => {
    player.play()
    pass(40_000)
    expect(player.$playing.get()).toBe(false)
    expect(player.$position.get()).toBe(28_000)
    player.play()
    expect(player.$position.get()).toBe(0)
  })

  it('goes where its route leads, and the sound with it', () => {
    route = (_, to) => (to >= 7_000 && to < 12_000 ? 12_000 : to)
    player.seek(6_000)
    player.play()
    const [seeks, asked] = [player.$seeks.get(), player.$asked.get()]
    pass(990)
    expect(player.$position.get()).toBeLessThan(7_000)
    pass(30)
    expect(player.$position.get()).toBeGreaterThanOrEqual(12_000)
    expect(tape.currentTime).toBeCloseTo(7, 1)
    expect(tape.paused).toBe(false)
    expect(player.$seeks.get()).toBe(seeks + 1)
    // Nobody jumped.
    expect(player.$asked.get()).toBe(asked)
  })

  it('sounds again when it is led back from the very end of a file', () => {
    route = (_, to) => (to >= 25_000 ? 20_000 : to)
    player.seek(24_000)
    player.play()
    pass(900)
    // As browsers do it.
    tape.currentTime = 20
    tape.ended = true
    tape.paused = true
    pass(20)
    expect(player.$position.get()).toBeCloseTo(20_000, -2)
    expect(tape.paused).toBe(false)
  })
})

describe('what should play where one jumps to', () => {
  it.each([0.5, 1, 4])('is there before any of it goes on, at %s×', (rate) => {
    player.setRate(rate)
    player.seek(6_000)
    player.play()
    pass(500)
    arrived = false
    player.seek(12_000)
    pass(2_000)
    expect(player.$position.get()).toBe(12_000)
    expect([player.$playing.get(), player.$running.get(), tape.paused]).toEqual([true, false, true])
    expect(player.$loading.get()).toEqual(['cam'])
    arrived = true
    pass(1_000)
    expect([player.$running.get(), tape.paused, player.$loading.get()]).toEqual([true, false, []])
    expect(player.$position.get() / 10).toBeCloseTo((12_000 + 1_000 * rate) / 10, -1)
  })

  it('is waited for three seconds at most, and named until it is there', () => {
    arrived = false
    player.seek(12_000)
    player.play()
    pass(2_900)
    expect(player.$position.get()).toBe(12_000)
    pass(1_100)
    expect(player.$position.get()).toBeCloseTo(13_000, -2)
    expect([tape.paused, player.$loading.get()]).toEqual([false, ['cam']])
    arrived = true
    pass(20)
    expect(player.$loading.get()).toEqual([])
    // Once it has been there it stops nobody.
    arrived = false
    pass(500)
    expect([player.$running.get(), player.$loading.get()]).toEqual([true, []])
  })

  it('is waited for where it begins, too, and no more where it ends or nobody plays', () => {
    arrived = false
    player.seek(9_000)
    player.play()
    pass(2_000)
    expect(player.$position.get()).toBeCloseTo(10_000, -2)
    expect(tape.paused).toBe(true)
    player.seek(20_000)
    pass(500)
    expect(player.$position.get()).toBeCloseTo(20_500, -2)
    player.seek(12_000)
    player.pause()
    pass(5_000)
    expect([player.$position.get(), player.$loading.get()]).toEqual([12_000, []])
  })

  it('goes on by its own clock without the sound that does not come, and takes it up when it has', () => {
    tape.readyState = 1
    tape.networkState = 2
    player.seek(6_000)
    player.play()
    pass(4_000)
    expect([tape.paused, player.$loading.get().length]).toEqual([true, 1])
    expect(player.$position.get()).toBeCloseTo(7_000, -2)
    tape.readyState = 4
    pass(1_000)
    expect(tape.paused).toBe(false)
    expect(player.$position.get()).toBeCloseTo(8_000, -2)
    expect(player.$position.get()).toBeCloseTo(5_000 + tape.currentTime * 1_000, -2)
  })
})

describe('a sound whose request failed', () => {
  beforeEach(() => {
    player.seek(6_000)
    player.play()
    pass(1_000)
    tape.fail()
  })

  it('is loaded anew where it stood, and goes on from there', () => {
    pass(10)
    const at = player.$position.get()
    expect([player.$playing.get(), player.$running.get(), player.$loading.get()]).toEqual([
      true,
      false,
      ['sound 0'],
    ])
    pass(500)
    expect([tape.loaded, anew, tape.currentTime]).toEqual([1, 1, (at - 5_000) / 1_000])
    // However long it takes.
    pass(5_000)
    expect(player.$position.get()).toBe(at)
    expect(player.time()).toBe(T + at)
    tape.arrive()
    pass(1_000)
    expect(player.$position.get()).toBeCloseTo(at + 1_000, -2)
    expect([tape.paused, player.$loading.get(), player.loads.$lost.get()]).toEqual([false, [], []])
  })

  it('is loaded where it was jumped to meanwhile, and plays only if that goes on', () => {
    pass(10)
    player.seek(15_000)
    player.pause()
    pass(500)
    expect([tape.loaded, tape.currentTime]).toEqual([1, 10])
    tape.arrive()
    pass(100)
    expect([tape.paused, player.$playing.get()]).toEqual([true, false])
    player.play()
    pass(1_000)
    expect(player.$position.get()).toBeCloseTo(16_000, -2)
  })

  it('is tried less and less often, then given up, and the playing stops where it was', () => {
    const at = player.$position.get()
    failOn()
    expect(tape.loaded).toBe(PAUSES_MS.length)
    expect([player.$playing.get(), player.$position.get()]).toEqual([false, at])
    expect(player.loads.$lost.get()).toEqual(['sound 0'])
    pass(60_000)
    expect(tape.loaded).toBe(PAUSES_MS.length)
    player.retry()
    expect(player.loads.$lost.get()).toEqual([])
    expect([tape.loaded, player.$playing.get()]).toEqual([PAUSES_MS.length + 1, true])
    tape.arrive()
    pass(1_000)
    expect(player.$position.get()).toBeCloseTo(at + 1_000, -2)
  })

  it('is gone on without by whoever plays on after that', () => {
    const at = player.$position.get()
    failOn()
    player.play()
    pass(1_000)
    expect(player.$position.get()).toBeCloseTo(at + 1_000, -2)
    expect(player.loads.$lost.get()).toEqual(['sound 0'])
  })

  it('that fails over and over at one place is given up as well', () => {
    for (let n = 0; n < PAUSES_MS.length; n++) {
      pass(PAUSES_MS[n] ?? 0)
      pass(20)
      tape.arrive()
      pass(1_000)
      tape.fail()
    }
    expect(player.loads.$lost.get()).toEqual(['sound 0'])
  })

  it('has all its tries again once it has played for some time', () => {
    for (let n = 0; n < PAUSES_MS.length * 2; n++) {
      pass(10_000)
      tape.arrive()
      player.seek(6_000)
      pass(6_000)
      tape.fail()
    }
    expect(player.loads.$lost.get()).toEqual([])
  })

  /** Until nothing is tried any more. */
  function failOn(): void {
    for (const pause of PAUSES_MS) {
      pass(pause + 20)
      tape.fail()
    }
    pass(20)
  }
})

it('is told where the sound itself has run dry', () => {
  player.seek(6_000)
  player.play()
  pass(1_000)
  Object.assign(tape, { readyState: 2, networkState: 2 })
  pass(100)
  expect([player.$running.get(), player.$loading.get()]).toEqual([true, ['sound 0']])
})
