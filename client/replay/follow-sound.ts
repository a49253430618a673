import type { Span } from './axis.ts'
import { correction } from './follow.ts'
import type { Player, Sound } from './player.ts'

/** After a jump an element needs a moment before its time says anything. ms of the player's position. */
const SETTLE_MS = 250
const THERE_S = 0.05

/** Keeps the sound of further voices in step with the one that is the clock. Returns the way to stop. */
export function followSound(player: Player, sound: Sound, { from, to }: Span): () => void {
  let placedAt = Number.NEGATIVE_INFINITY
  const due = () => (player.time() - from) / 1_000
  const place = () => {
    placedAt = player.$position.get()
    sound.currentTime = Math.max(0, due())
  }
  const follow = () => {
    const time = player.time()
    if (!player.$running.get() || time < from || time >= to || sound.error) return sound.pause()
    if (sound.paused) {
      // What was waited for stands there already.
      if (Math.abs(sound.currentTime - due()) > THERE_S) place()
      // A pause that follows at once interrupts it; nothing is lost by that.
      sound.play().catch(() => undefined)
    }
    const rate = player.$rate.get()
    const settling = player.$position.get() - placedAt < SETTLE_MS * rate
    // A change of its pace is heard: what is tolerated is left alone.
    const act = settling ? { kind: 'rate' as const, rate } : correction(sound.currentTime - due(), rate, true)
    if (act.kind === 'seek') place()
    else if (Math.abs(sound.playbackRate - act.rate) > 0.005) sound.playbackRate = act.rate
  }
  const stops = [
    player.$position.listen(follow),
    player.$running.listen(follow),
    player.$places.listen(place),
  ]
  return () => {
    for (const stop of stops) stop()
    sound.pause()
  }
}
