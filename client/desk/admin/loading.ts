/** Something that a screen cannot be drawn without. */
import { atom, type ReadableAtom } from 'nanostores'

export type Loading = {
  $state: ReadableAtom<'loading' | 'there' | 'failed'>
  /** Asks for it, also once more where that failed. */
  ask(): Promise<void>
}

/** `failed` is told why, each time. */
export function createLoading(load: () => Promise<void>, failed: (error: unknown) => void): Loading {
  const $state = atom<'loading' | 'there' | 'failed'>('loading')
  return {
    $state,
    async ask() {
      $state.set('loading')
      try {
        await load()
        $state.set('there')
      } catch (error) {
        $state.set('failed')
        failed(error)
      }
    },
  }
}
