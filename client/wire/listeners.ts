type Handler = (payload: never) => void

/** Who wants to hear of what, by name. */
export function createListeners() {
  const handlers = new Map<string, Set<Handler>>()
  return {
    /** Returns the way to stop. */
    add(name: string, handler: Handler): () => void {
      const set = handlers.get(name) ?? new Set()
      handlers.set(name, set.add(handler))
      return () => set.delete(handler)
    },
    tell(name: string, payload?: unknown): void {
      for (const handler of handlers.get(name) ?? []) handler(payload as never)
    },
  }
}

export type PageLife = { wake(): void; leave(): void; comeBack(): void }

/** The moments at which a page should look after its connection. Returns the way to stop. */
export function watchPage({ wake, leave, comeBack }: PageLife): () => void {
  const watch = new AbortController()
  const { signal } = watch
  const seen = (): void => {
    if (document.visibilityState === 'visible') wake()
  }
  const shown = (event: PageTransitionEvent): void => {
    if (event.persisted) comeBack()
  }
  addEventListener('online', wake, { signal })
  addEventListener('pagehide', leave, { signal })
  addEventListener('pageshow', shown, { signal })
  document.addEventListener('visibilitychange', seen, { signal })
  return () => watch.abort()
}
