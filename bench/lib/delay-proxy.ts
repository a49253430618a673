/** A long way between browser and server: every byte takes so long, in order, in both directions. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type DelayProxy = {
  port: number
  /** What one round trip takes longer from now on, ms. */
  setRoundTrip(ms: number): void
  close(): void
}

/** `target`: a port of this machine. */
export async function openDelayProxy(target: () => number): Promise<DelayProxy> {
  let oneWayMs = 0
  const carry = (from: Socket, to: Socket) => {
    let due = 0
    const later = (task: () => void) => {
      // A shorter way must not let a byte overtake those under way.
      due = Math.max(due, performance.now() + oneWayMs)
      setTimeout(task, Math.max(1, due - performance.now()))
    }
    from.setNoDelay()
    from.on('data', (chunk) => (oneWayMs === 0 && due === 0 ? to.write(chunk) : later(() => to.write(chunk))))
    from.on('close', () => later(() => to.destroy()))
    from.on('error', () => from.destroy())
  }
  const proxy = createServer((near) => {
    const far = connect(target(), '127.0.0.1')
    carry(near, far)
    carry(far, near)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    port: (proxy.address() as AddressInfo).port,
    setRoundTrip(ms) {
      oneWayMs = ms / 2
    },
    close: () => proxy.close(),
  }
}
