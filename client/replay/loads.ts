/** Loads anew what could not be had, as while a server starts again: browsers give an element up at its first failed request. */
import { atom, type ReadableAtom } from 'nanostores'
import type { Loading } from './readiness.ts'

/** What of an element is needed to load it anew. */
export type Loadable = Loading & EventTarget & Pick<HTMLMediaElement, 'load' | 'canPlayType'>

/** Whether this browser knows what recordings are made of. */
export const isPlayable = (media: Pick<HTMLMediaElement, 'canPlayType'>): boolean =>
  media.canPlayType('audio/webm; codecs="opus"') !== ''

export type Loads = {
  /** Ids of what was tried for long and could not be had. */
  $lost: ReadableAtom<readonly string[]>
  isAgain(id: string): boolean
  /** `at`: where it shall stand, seconds. `load`: instead of the element's own. Returns the way to stop. */
  watch(one: Watched): () => void
  /** What is lost is tried once more. */
  retry(): void
  close(): void
}

type Watched = { id: string; media: Loadable; at: () => number; load?: (() => void) | undefined }
type Later = (then: () => void, ms: number) => () => void

/** Half a minute in all. */
export const PAUSES_MS: readonly number[] = [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]
/** What has played so long is well; what fails sooner fails at the same place for the next time. */
const CALM_MS = 5_000

export function createLoads(later: Later): Loads {
  const $lost = atom<readonly string[]>([])
  const again = new Set<string>()
  const retries = new Map<string, () => void>()
  const stops = new Set<() => void>()
  const known = (id: string) => {
    again.delete(id)
    if ($lost.get().includes(id)) $lost.set($lost.get().filter((one) => one !== id))
  }
  const watch = ({ id, media, at, load = () => media.load() }: Watched) => {
    const gone = new AbortController()
    let tried = 0
    let cancel: () => void = () => undefined
    const soon = (then: () => void, ms: number) => {
      cancel()
      cancel = later(() => {
        cancel()
        then()
      }, ms)
    }
    const anew = () => {
      load()
      // Before anything of it is there this is where it begins.
      media.currentTime = Math.max(0, at())
    }
    const fail = () => {
      if (!isPlayable(media)) return
      const pause = PAUSES_MS[tried++]
      if (pause !== undefined) {
        again.add(id)
        return soon(anew, pause)
      }
      cancel()
      again.delete(id)
      $lost.set([...$lost.get(), id])
    }
    const arrive = () => {
      known(id)
      if (tried > 0) soon(() => (tried = 0), CALM_MS)
    }
    const stop = () => {
      gone.abort()
      cancel()
      known(id)
      retries.delete(id)
      stops.delete(stop)
    }
    const { signal } = gone
    media.addEventListener('error', fail, { signal })
    media.addEventListener('canplay', arrive, { signal })
    retries.set(id, () => {
      known(id)
      again.add(id)
      tried = 0
      anew()
    })
    stops.add(stop)
    return stop
  }
  return {
    $lost,
    isAgain: (id) => again.has(id),
    watch,
    retry: () => $lost.get().forEach((id) => retries.get(id)?.()),
    close: () => stops.forEach((stop) => stop()),
  }
}
