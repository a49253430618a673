import { useEffect } from 'react'
import type { Scene } from './scene.ts'

type Place = Pick<Scene, 'player' | 'axis'>

/**
 * The page's address with the moment of the position in it: `t`, seconds of the conversation since it began, which stay
 * the same when a recording or later words change the axis. What else it names (words looked for, the open review) stays.
 */
export function addressAt(
  { player, axis }: Place,
  { pathname, search }: Pick<Location, 'pathname' | 'search'> = location,
): string {
  const since = axis.toTime(player.$position.get()) - axis.toTime(0)
  const query = new URLSearchParams(search)
  // Ways to another moment.
  for (const name of ['seq', 'at']) query.delete(name)
  // Never before what is shown.
  query.set('t', String(Math.ceil(since / 100 - 0.001) / 10))
  return `${pathname}?${query}`
}

/** The review that is open stands in the address; null: none does. */
export function keepReview(id: string | null): void {
  const query = new URLSearchParams(location.search)
  if (id) query.set('review', id)
  else query.delete('review')
  const asked = String(query)
  history.replaceState(history.state, '', asked ? `${location.pathname}?${asked}` : location.pathname)
}

/**
 * To where the page's address leads. `?t=`: seconds of the conversation; `?seq=`: the moment of that event of the log; `?at=`: that
 * moment, ms since 1970.
 */
export function goToAddress({ player, axis, data }: Pick<Scene, 'player' | 'axis' | 'data'>): void {
  const query = new URLSearchParams(location.search)
  const asked = Number(query.get('t'))
  if (Number.isFinite(asked) && asked > 0) player.seek(axis.toPlay(axis.toTime(0) + asked * 1_000))
  const sought = data.events.find(({ seq }) => String(seq) === query.get('seq'))
  // Just after it, so that it is what was said last.
  if (sought) player.seek(axis.toPlay(sought.at) + 1)
  const at = Number(query.get('at'))
  if (Number.isFinite(at) && at > 0) player.seek(axis.toPlay(at) + 1)
}

/** The address is kept at each jump and pause, to be passed on. */
export function useAddress({ player, axis }: Place): void {
  useEffect(() => {
    const keep = () => history.replaceState(history.state, '', addressAt({ player, axis }))
    const stops = [
      player.$places.listen(keep),
      player.$playing.listen((playing) => {
        if (!playing) keep()
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }, [player, axis])
}
