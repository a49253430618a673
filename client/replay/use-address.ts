import { useEffect, useRef } from 'react'
import type { Scene } from './scene.ts'

/**
 * `?t=` in seconds of play: taken up at the start, kept in the address at each jump and pause, to be passed on. `?seq=`: to
 * the moment of that event of the log; `?at=`: to that moment, ms since 1970. A scene that takes over from another stands where that one was.
 */
export function useAddress({ player, axis, data }: Scene): void {
  const takenUp = useRef(false)
  useEffect(() => {
    if (takenUp.current) return
    takenUp.current = true
    const query = new URLSearchParams(location.search)
    const asked = Number(query.get('t'))
    if (Number.isFinite(asked) && asked > 0) player.seek(asked * 1_000)
    const sought = data.events.find(({ seq }) => String(seq) === query.get('seq'))
    // Just after it, so that it is what was said last.
    if (sought) player.seek(axis.toPlay(sought.at) + 1)
    const at = Number(query.get('at'))
    if (Number.isFinite(at) && at > 0) player.seek(axis.toPlay(at) + 1)
  }, [player, axis, data])
  useEffect(() => {
    const keep = () => {
      const seconds = (player.$position.get() / 1_000).toFixed(1)
      history.replaceState(history.state, '', `${location.pathname}?t=${seconds}`)
    }
    const stops = [
      player.$seeks.listen(keep),
      player.$playing.listen((playing) => {
        if (!playing) keep()
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }, [player])
}
