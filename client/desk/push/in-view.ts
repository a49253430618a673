import type { Wire } from '../../wire/wire.ts'

/** Tells the server whether this page is in view, at each connection and change. Returns the way to stop. */
export function tellInView(wire: Pick<Wire<'desk'>, 'onOnline' | 'request'>): () => void {
  const tell = (): void => {
    const visible = document.visibilityState === 'visible'
    // Not connected: the next connection says it.
    wire.request('view', { visible }).catch(() => undefined)
  }
  const stop = wire.onOnline(tell)
  document.addEventListener('visibilitychange', tell)
  return () => {
    stop()
    document.removeEventListener('visibilitychange', tell)
  }
}
