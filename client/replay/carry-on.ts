import type { Scene } from './scene.ts'

type Watched = Pick<Scene, 'player' | '$silenced' | '$comments' | 'hear'> & {
  axis: Pick<Scene['axis'], 'toPlay'>
}

/**
 * A scene takes over from the one that was watched until a recording became ready: the same moment of the conversation
 * (on an axis that may be another), pace, comments and silenced voices, playing if that one was. It ends the former one.
 */
export function carryOn(
  next: Watched,
  former: Pick<Scene, 'player' | '$silenced' | '$comments' | 'close'>,
): void {
  const playing = former.player.$playing.get()
  next.player.setRate(former.player.$rate.get())
  next.player.seek(next.axis.toPlay(former.player.time()))
  next.$comments.set(former.$comments.get())
  for (const seat of former.$silenced.get()) next.hear(seat, false)
  // Two sounds at once would be heard otherwise.
  former.close()
  if (playing) next.player.play()
}
