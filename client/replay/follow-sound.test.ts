import { describe, expect, it } from '@jest/globals'
import { createAxis } from './axis.ts'
import { followSound } from './follow-sound.ts'
import { createPlayer } from './player.ts'
import { Tape } from './testing/tape.ts'

const T = 1_800_000_000_000

/** A call from `T` on with two files; the second one's clock runs `drift` too fast. */
function theatre(drift = 0) {
  const tapes = [new Tape(20), new Tape(20)] as const
  let clock = 0
  let due: (() => void) | null = null
  const span = { from: T, to: T + 20_000 }
  const player = createPlayer({
    axis: createAxis([T, T + 30_000], [span]),
    tracks: [{ ...span, sound: tapes[0] }],
    further: [{ ...span, sound: tapes[1] }],
    now: () => clock,
    frame: (then) => {
      due = then
      return () => {
        due = null
      }
    },
  })
  const stop = followSound(player, tapes[1], span)
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 10) {
      clock += 10
      tapes[0].pass(10)
      tapes[1].pass(10 * (1 + drift))
      const then = due
      due = null
      then?.()
    }
  }
  const apart = () => Math.abs(tapes[0].currentTime - tapes[1].currentTime)
  return { player, tapes, pass, apart, stop }
}

describe('the sound of further voices', () => {
  it('plays, pauses and jumps with the one that is the clock', () => {
    const { player, tapes, pass, apart } = theatre()
    player.play()
    pass(1_000)
    expect([tapes[1].paused, apart() < 0.03]).toEqual([false, true])
    player.seek(12_000)
    pass(500)
    expect([tapes[1].currentTime > 12, apart() < 0.03]).toEqual([true, true])
    player.pause()
    expect(tapes[1].paused).toBe(true)
  })

  it('stands where it was placed until the others are there, and is waited for itself', () => {
    const { player, tapes, pass, apart } = theatre()
    player.play()
    pass(500)
    tapes[1].seeking = true
    player.seek(12_000)
    pass(1_000)
    expect(tapes.map(({ paused, currentTime }) => [paused, currentTime])).toEqual([
      [true, 12],
      [true, 12],
    ])
    tapes[1].seeking = false
    pass(500)
    expect([tapes[0].currentTime > 12.4, apart() < 0.03]).toEqual([true, true])
  })

  it('is heard at any pace, and only where it lasts', () => {
    const { player, tapes, pass, apart } = theatre()
    player.setRate(2)
    player.play()
    pass(4_000)
    expect([tapes[1].playbackRate, apart() < 0.06]).toEqual([2, true])
    player.seek(25_000)
    pass(100)
    expect(tapes[1].paused).toBe(true)
  })

  it('is brought back when its own clock is off', () => {
    const { player, pass, apart } = theatre(0.02)
    player.play()
    pass(10_000)
    expect(apart()).toBeLessThan(0.06)
  })

  it('is silent once nobody watches', () => {
    const { player, tapes, pass, stop } = theatre()
    player.play()
    pass(100)
    stop()
    expect(tapes[1].paused).toBe(true)
  })
})
