import type { Scene } from './scene.ts'
import { isWhole } from './view.ts'

type Taken = Pick<Scene, 'player' | 'axis' | 'steering' | '$view' | '$comments' | '$mix'>

/**
 * A scene takes over from the one that was watched until a recording became ready: the same moment of the conversation
 * (on an axis that may be another), view, repeated range, pace, comments and volumes, playing if that one was. It
 * ends the former one.
 */
export function carryOn(next: Taken, former: Taken & Pick<Scene, 'close'>): void {
  const there = (position: number) => next.axis.toPlay(former.axis.toTime(position))
  const playing = former.player.$playing.get()
  next.player.setRate(former.player.$rate.get())
  next.player.seek(next.axis.toPlay(former.player.time()))
  const { from, to } = former.$view.get()
  if (!isWhole({ from, to }, former.axis.length)) next.$view.set({ from: there(from), to: there(to) })
  const { begin, loop } = former.steering.$range.get()
  if (loop) next.steering.between(there(loop.from), there(loop.to))
  else if (begin !== null) next.steering.beginAt(there(begin))
  next.$comments.set(former.$comments.get())
  next.$mix.set(former.$mix.get())
  // Two sounds at once would be heard otherwise.
  former.close()
  if (playing) next.player.play()
}
