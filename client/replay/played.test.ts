import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { createPlayed } from './played.ts'

function watched(begun: { position: number; playing: boolean } = { position: 0, playing: false }) {
  const [$position, $playing, $seeks] = [atom(begun.position), atom(begun.playing), atom(0)]
  const played = createPlayed({
    axis: { toTime: (play) => 1_000_000 + play },
    player: { $position, $playing, $seeks },
  })
  return {
    played,
    run: (to: number) => $position.set(to),
    play: (on: boolean) => $playing.set(on),
    seek(to: number) {
      $position.set(to)
      $seeks.set($seeks.get() + 1)
    },
  }
}
const at = (from: number, to: number) => ({ from: 1_000_000 + from, to: 1_000_000 + to })

describe('what was played', () => {
  it('is from each beginning to each pause and jump, and nothing that was only jumped over', () => {
    const { played, run, play, seek } = watched()
    seek(500)
    play(true)
    run(600)
    run(900)
    seek(5_000)
    run(5_400)
    play(false)
    seek(9_000)
    expect(played.take()).toEqual([at(500, 900), at(5_000, 5_400)])
    expect(played.take()).toEqual([])
  })

  it('goes on over a telling, each part once, parts that touch as one', () => {
    const { played, run, play, seek } = watched()
    play(true)
    run(1_000)
    expect(played.take()).toEqual([at(0, 1_000)])
    run(2_000)
    seek(1_500)
    run(2_500)
    expect(played.take()).toEqual([at(1_000, 2_500)])
    played.close()
    run(9_000)
    play(false)
    expect(played.take()).toEqual([at(2_500, 9_000)])
  })

  it('counts from the beginning what played already', () => {
    const { played, run, play } = watched({ position: 700, playing: true })
    run(900)
    play(false)
    expect(played.take()).toEqual([at(700, 900)])
  })
})
