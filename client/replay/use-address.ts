import { useEffect } from 'react'
import type { Scene } from './scene.ts'

/** `?t=` in seconds of play: taken up at the start, kept in the address at each jump and pause, to be passed on. */
export function useAddress({ player }: Scene): void {
  useEffect(() => {
    const asked = Number(new URLSearchParams(location.search).get('t'))
    if (Number.isFinite(asked) && asked > 0) player.seek(asked * 1_000)
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
