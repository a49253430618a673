import { NodeError } from '../errors.ts'
import { type FromNode, type Output, type RequestName, requests } from './contract.ts'

type Waiting = {
  name: RequestName
  resolve(output: unknown): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}
type Answer = Extract<FromNode, { t: 'res' }>

/** Requests under way on one channel. */
export type Pending = ReturnType<typeof createPending>

export function createPending() {
  const waiting = new Map<number, Waiting>()
  let lastId = 0

  const take = (id: number): Waiting | undefined => {
    const entry = waiting.get(id)
    if (entry !== undefined) {
      waiting.delete(id)
      clearTimeout(entry.timer)
    }
    return entry
  }

  return {
    /** Sends through `send(id)`; rejects with `unavailable` when no answer comes within `timeoutMs`. */
    add<N extends RequestName>(name: N, timeoutMs: number, send: (id: number) => void): Promise<Output<N>> {
      const id = ++lastId
      const promise = new Promise<unknown>((resolve, reject) => {
        const timer = setTimeout(
          () => take(id)?.reject(new NodeError('unavailable', `no answer to ${name} in ${timeoutMs} ms`)),
          timeoutMs,
        )
        waiting.set(id, { name, resolve, reject, timer })
      })
      send(id)
      return promise as Promise<Output<N>>
    },

    settle(answer: Answer): void {
      const entry = take(answer.id)
      if (entry === undefined) return
      if (!answer.ok) return entry.reject(new NodeError(answer.code, answer.message))
      const output = requests[entry.name].output.safeParse(answer.output)
      if (output.success) entry.resolve(output.data)
      else entry.reject(new NodeError('internal', `the answer to ${entry.name} is not in the contract`))
    },

    rejectAll(error: NodeError): void {
      for (const id of [...waiting.keys()]) take(id)?.reject(error)
    },
  }
}
