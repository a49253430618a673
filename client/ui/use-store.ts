/** What `@nanostores/react` does for whole stores, which is all that is used of it; the build puts it in that place. */
import type { ReadableAtom } from 'nanostores'
import { useCallback, useSyncExternalStore } from 'react'

export function useStore<T>(store: ReadableAtom<T>): T {
  const subscribe = useCallback((changed: () => void) => store.listen(changed), [store])
  const get = () => store.get()
  return useSyncExternalStore(subscribe, get, get)
}
