import { type ComponentType, lazy } from 'react'
import { part } from '../wire/part.ts'

/** A component whose code is fetched when it is drawn first; until then, however long that takes, the `Suspense` above waits. */
export const lazyPart = <P>(load: () => Promise<ComponentType<P>>): ComponentType<P> =>
  lazy(async () => ({ default: await part(load) }))
