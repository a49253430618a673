import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import type { Line, LineEvents } from './line.ts'
import { createLink } from './socket.ts'

/** Lines that are there when the test says so, as those are of tabs that share one. */
function slowLines() {
  const opening: { arrive(): void; line: Line & { closed: boolean } }[] = []
  const open = (_token: string, events: LineEvents): Promise<Line> =>
    new Promise((resolve) => {
      let ready = false
      const line = {
        closed: false,
        ready: () => ready && !line.closed,
        ask: () => undefined,
        doubt: () => undefined,
        close() {
          line.closed = true
        },
      }
      const arrive = () => {
        resolve(line)
        queueMicrotask(() => {
          ready = true
          if (!line.closed) events.arrived()
        })
      }
      opening.push({ arrive, line })
    })
  return { opening, lines: { open, rest: () => undefined } }
}

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

it('a line that is renewed while it is being opened is opened once more', async () => {
  const { opening, lines } = slowLines()
  let tokens = 0
  const link = createLink({ namespace: 'visitor', token: async () => `token ${++tokens}` }, lines)
  link.retry(true)
  await jest.advanceTimersByTimeAsync(1)
  expect(opening).toHaveLength(1)
  link.drop()
  link.retry(true)
  await jest.advanceTimersByTimeAsync(1)
  expect(opening).toHaveLength(1)
  opening[0]?.arrive()
  await jest.advanceTimersByTimeAsync(1)
  expect([opening.length, tokens]).toEqual([2, 2])
  opening[1]?.arrive()
  await jest.advanceTimersByTimeAsync(1)
  expect(link.$status.get()).toBe('online')
  expect(opening.map(({ line }) => line.closed)).toEqual([true, false])
  link.close()
})
