/** What plays at a place is there before any of it goes on; what takes too long is not waited for, and named until it is there. */
import { atom, type ReadableAtom } from 'nanostores'
import type { Span } from './axis.ts'

/** What tells of an element whether it can go on. */
export type Loading = Pick<
  HTMLMediaElement,
  'readyState' | 'networkState' | 'seeking' | 'error' | 'currentTime' | 'duration'
>

const [METADATA, FUTURE_DATA] = [1, 3]
const IDLE = 1
/** So close to its end nothing follows that could be there. Seconds. */
const END_S = 0.1

/** Whether it can go on from where it stands, or never will: broken, at its end, or of a browser that fetches no more until it plays. */
export function isReady(media: Loading): boolean {
  if (media.error) return true
  if (media.seeking) return false
  // A short file has come whole, and is idle, before any of it has been read.
  const resting = media.networkState === IDLE && media.readyState >= METADATA
  return media.readyState >= FUTURE_DATA || resting || isAtEnd(media)
}

export const isAtEnd = ({ currentTime, duration }: Loading): boolean => currentTime >= duration - END_S

/**
 * Something that plays from `from` to `to`, ms since 1970. `ready`: whether it can go on from that moment, which is among them. `again`:
 * it failed, and all wait for it as long as it is tried.
 */
export type Part = Span & { id: string; ready(time: number): boolean; again?(): boolean }

/** Its id is unlike that of any picture. */
export const soundPart =
  (isAgain: (id: string) => boolean) =>
  <T extends Span & { sound: Loading }>(one: T, number: number): T & Part & { again(): boolean } => {
    const id = `sound ${number}`
    const again = () => isAgain(id)
    return { ...one, id, again, ready: () => !again() && isReady(one.sound) }
  }

/** All wait at most so long for one that is not there. */
export const HOLD_MS = 3_000

export type Hold = {
  /** Of what should play now, what is not there: waited for, or given up and still on its way. */
  $loading: ReadableAtom<readonly string[]>
  /** Whether all may go on; `at`: ms, monotonic. Where the `clock` itself stalls nothing moves, and that is told as well. */
  mayGo(time: number, at: number, clock?: string): boolean
  /** It goes on without this one. */
  isLate(id: string): boolean
  /** This one was placed anew; without an `id`: all were. */
  anew(id?: string): void
}

export function createHold(parts: readonly Part[]): Hold {
  const $loading = atom<readonly string[]>([])
  /** Of those that play, the ones that were there once, or were given up: what stalls later stops nobody. */
  let going = new Set<string>()
  let late = new Set<string>()
  let since: number | null = null
  const tell = (ids: readonly string[]) => {
    if (ids.join('\n') !== $loading.get().join('\n')) $loading.set(ids)
  }
  return {
    $loading,
    mayGo(time, at, clock) {
      const due = parts.filter(({ from, to }) => time >= from && time < to)
      const again = due.filter((one) => one.again?.()).map(({ id }) => id)
      going = new Set(due.flatMap(({ id }) => (going.has(id) && !again.includes(id) ? [id] : [])))
      const absent = due.filter(({ ready }) => !ready(time))
      const missing = absent.filter(({ id }) => late.has(id) || !going.has(id))
      late = new Set(missing.flatMap(({ id }) => (late.has(id) ? [id] : [])))
      tell(absent.filter((one) => one.id === clock || missing.includes(one)).map(({ id }) => id))
      if (again.length > 0) {
        since = null
        return false
      }
      const awaited = missing.some(({ id }) => !late.has(id))
      since = awaited ? (since ?? at) : null
      if (since !== null && at - since < HOLD_MS) return false
      since = null
      late = new Set(missing.map(({ id }) => id))
      going = new Set(due.map(({ id }) => id))
      return true
    },
    isLate: (id) => late.has(id),
    anew(id) {
      if (id !== undefined) return void going.delete(id)
      going.clear()
      late.clear()
      since = null
      tell([])
    },
  }
}
