import type { Answer, Line } from './line.ts'
import { RequestError } from './request-error.ts'

const unavailable = (): RequestError => new RequestError({ code: 'unavailable' })

type Waiting = { ask(line: Line): void; refuse(error: RequestError): void }

/** Requests under way, each of which is answered, or rejected in time. */
export function createAnswers() {
  const waiting = new Set<Waiting>()

  return {
    count: () => waiting.size,
    ask(line: Line | null, name: string, input: unknown, timeoutMs: number): Promise<unknown> {
      if (!line?.ready()) return Promise.reject(unavailable())
      return new Promise((resolve, reject) => {
        const settle = (how: () => void): void => {
          clearTimeout(timer)
          waiting.delete(one)
          how()
        }
        const answered = (answer: Answer): void =>
          settle(() => (answer.ok ? resolve(answer.output) : reject(new RequestError(answer.failure))))
        const one: Waiting = {
          ask: (at) => at.ask(name, input, answered, timeoutMs),
          refuse: (error) => settle(() => reject(error)),
        }
        const timer = setTimeout(() => one.refuse(unavailable()), timeoutMs)
        waiting.add(one)
        one.ask(line)
      })
    },
    /** The line they were asked on was another tab's, which has gone: requests are such that asking twice is harmless. */
    askAgain(line: Line): void {
      for (const one of waiting) one.ask(line)
    },
    /** The way is gone: nobody waits any longer. */
    rejectAll(): void {
      for (const one of waiting) one.refuse(unavailable())
    },
  }
}
