import type { Parley, ParleyEvents } from '../parley.d.ts'

type Handlers = { [E in keyof ParleyEvents]?: Set<ParleyEvents[E]> }
type Acts = Omit<Parley, 'on' | 'off' | 'queue'>

/** `window.Parley`: takes over what the page queued before. `emit` calls the page's listeners. */
export function createApi(acts: Acts) {
  const handlers: Handlers = {}
  let ready = false

  const emit = <E extends keyof ParleyEvents>(event: E, ...args: Parameters<ParleyEvents[E]>): void => {
    if (event === 'ready') ready = true
    for (const handler of handlers[event] ?? []) {
      try {
        ;(handler as (...all: Parameters<ParleyEvents[E]>) => void)(...args)
      } catch (error) {
        // The shop's fault must not stop the widget; the shop learns of it as of any other of its own.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  const api: Parley = {
    ...acts,
    on(event, handler) {
      const set = (handlers[event] ??= new Set() as NonNullable<Handlers[typeof event]>)
      set.add(handler)
      if (event === 'ready' && ready) (handler as () => void)()
    },
    off(event, handler) {
      handlers[event]?.delete(handler)
    },
    queue: {
      push([method, ...args]) {
        const act = (api as unknown as Record<string, unknown>)[method]
        if (typeof act === 'function') (act as (...all: unknown[]) => void)(...args)
      },
    },
  }

  return {
    emit,
    install(): void {
      const waiting = window.Parley?.queue
      window.Parley = api
      if (Array.isArray(waiting)) for (const call of waiting) api.queue.push(call)
    },
    uninstall(): void {
      delete window.Parley
    },
  }
}
