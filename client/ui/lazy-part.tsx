import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import { type ComponentType, createContext, useContext, type ReactNode } from 'react'
import { part } from '../wire/part.ts'

const WaitingContext = createContext<ReactNode>(null)

/** `waiting`: drawn in the place of each part below whose code is not there yet. */
export function Parts({ waiting, children }: { waiting: ReactNode; children: ReactNode }) {
  return <WaitingContext value={waiting}>{children}</WaitingContext>
}

export type LazyPart<P> = ComponentType<P> & {
  /** Its code is fetched now, ahead of being drawn. */
  fetch(): void
}

/**
 * A component whose code is fetched when it is drawn first; until then, however long that takes, what `Parts` says stands there. Not
 * by `Suspense`: React holds back for 300 ms whatever follows a fallback, though it be there at once.
 */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): LazyPart<P> {
  const $code = atom<{ Drawn: ComponentType<P> } | null>(null)
  let asked = false
  const fetch = (): void => {
    if (asked) return
    asked = true
    void part(load).then((Drawn) => $code.set({ Drawn }))
  }
  function Part(props: P) {
    const waiting = useContext(WaitingContext)
    const code = useStore($code)
    if (code) return <code.Drawn {...props} />
    fetch()
    return waiting
  }
  return Object.assign(Part, { fetch })
}
