import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { type Axis, createAxis, type Span } from './axis.ts'
import { carryOn } from './carry-on.ts'
import { even, withHeard } from './mix.ts'
import { createPlayer } from './player.ts'
import type { Comment } from './scene.ts'
import { createSteering } from './steering.ts'
import { Tape } from './testing/tape.ts'
import { whole } from './view.ts'

const T = 1_800_000_000_000
const ANSWERED: Span = { from: T + 60_000, to: T + 90_000 }
/** Where nothing was said for long, so that it begins on another axis at another place. */
const RECORDED: Span = { from: T + 58_000, to: T + 90_000 }

function watched(axis: Axis, tape = new Tape(32)) {
  const player = createPlayer({
    axis,
    tracks: [{ ...RECORDED, sound: tape }],
    now: () => 0,
    frame: () => () => undefined,
  })
  const $mix = atom(even)
  const closed = { yet: false }
  return {
    ...{ axis, player, tape, $mix, closed, $comments: atom<readonly Comment[]>([]) },
    steering: createSteering([], false),
    $view: atom(whole(axis.length)),
    close() {
      closed.yet = true
      player.close()
    },
  }
}

const waiting = () => watched(createAxis([T], [ANSWERED]))
const ready = () => watched(createAxis([T], [ANSWERED, RECORDED]))

describe('a scene that takes over from the one before its recording', () => {
  it('stands at the same moment of the conversation, wherever that is on its axis', () => {
    const [former, next] = [waiting(), ready()]
    former.player.seek(former.axis.toPlay(T + 70_000))
    carryOn(next, former)
    expect(next.axis.toTime(next.player.$position.get())).toBe(T + 70_000)
    expect(next.player.$position.get()).not.toBe(former.player.$position.get())
    expect(next.player.$playing.get()).toBe(false)
  })

  it('plays on if that one played, which is silent from then on', () => {
    const [former, next] = [waiting(), ready()]
    former.player.seek(former.axis.toPlay(T + 70_000))
    former.player.play()
    carryOn(next, former)
    expect(former.closed.yet).toBe(true)
    expect(former.tape.paused).toBe(true)
    expect(next.player.$playing.get()).toBe(true)
    expect(next.tape.paused).toBe(false)
    expect(next.tape.currentTime).toBeCloseTo(12)
  })

  it('keeps pace, volumes and comments', () => {
    const [former, next] = [waiting(), ready()]
    const comment: Comment = { id: 'one', at: T, until: null, text: 'Friendly', kind: 'comment' }
    former.player.setRate(1.5)
    former.$mix.set(withHeard(even, 'agent', false))
    former.$comments.set([comment])
    carryOn(next, former)
    expect(next.player.$rate.get()).toBe(1.5)
    expect([...next.$mix.get().silenced]).toEqual(['agent'])
    expect(next.$comments.get()).toEqual([comment])
  })

  it('shows and repeats the same part of the conversation', () => {
    const [former, next] = [waiting(), ready()]
    const part = { from: former.axis.toPlay(T + 65_000), to: former.axis.toPlay(T + 75_000) }
    former.$view.set(part)
    former.steering.between(part.from, part.to)
    carryOn(next, former)
    const same = { from: next.axis.toPlay(T + 65_000), to: next.axis.toPlay(T + 75_000) }
    expect(next.$view.get()).toEqual(same)
    expect(next.steering.$range.get().loop).toEqual(same)
    expect(same).not.toEqual(part)
  })
})
