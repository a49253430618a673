/** Asks another Node for a garbage collection through its debugger, so that it runs exactly as it does otherwise. */
import { setTimeout as delay } from 'node:timers/promises'
import type { NodeProcess } from './house.ts'
import { memoryBytes } from './proc.ts'

/** Node's flag for processes that are to be asked: any free port. */
export const INSPECTABLE = '--inspect-port=0'

export type Inspector = {
  /** Collects garbage until that frees nothing more; answers the resident memory, bytes. */
  settledMemory(): Promise<number>
  close(): void
}

export async function inspect(target: Pick<NodeProcess, 'pid' | 'stderr'>): Promise<Inspector> {
  process.kill(target.pid, 'SIGUSR1')
  const socket = new WebSocket(await addressOf(target))
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = () => reject(new Error('The debugger took no connection'))
  })
  const waiting = new Map<number, () => void>()
  socket.onmessage = ({ data }) => waiting.get((JSON.parse(String(data)) as { id: number }).id)?.()
  let id = 0
  const collect = () =>
    new Promise<void>((resolve) => {
      id += 1
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }))
    })
  return {
    async settledMemory() {
      let before = Number.POSITIVE_INFINITY
      for (;;) {
        await collect()
        await delay(700)
        const now = memoryBytes(target.pid)
        if (now > before * 0.995) return Math.min(now, before)
        before = now
      }
    },
    close: () => socket.close(),
  }
}

async function addressOf({ stderr }: Pick<NodeProcess, 'stderr'>): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const found = /Debugger listening on (ws:\S+)/.exec(stderr())
    if (found?.[1]) return found[1]
    await delay(25)
  }
  throw new Error('No debugger answered')
}
