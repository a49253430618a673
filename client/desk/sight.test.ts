import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { deskPort } from '../model/port.ts'
import { createThread } from '../model/thread.ts'
import { RequestError } from '../wire/request-error.ts'
import { memoryStore } from '../wire/storage.ts'
import type { Wire } from '../wire/wire.ts'
import { watchSight } from './sight.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

it('is told once it is lost and found, and asked for by nobody in between', async () => {
  let asked = 0
  let code: 'notFound' | 'internal' | null = null
  const wire = {
    request: async () => {
      asked++
      if (code) throw new RequestError({ code })
      return { kind: 'events', conversationId: 'c', events: [], marks: {} }
    },
    on: () => () => undefined,
    onOnline: () => () => undefined,
    $status: { get: () => 'online' },
  } as unknown as Wire<'desk'>
  const told: boolean[] = []
  const port = watchSight(deskPort(wire), (gone) => told.push(gone))
  const about = { audience: 'agent', conversationId: 'c', store: memoryStore(), scope: 'c' } as const
  const thread = createThread({ port, ...about })
  code = 'internal'
  await thread.resume()
  await jest.advanceTimersByTimeAsync(2_000)
  expect([asked, told]).toEqual([2, []])
  code = 'notFound'
  await jest.advanceTimersByTimeAsync(60_000)
  expect([asked, told]).toEqual([3, [true]])
  code = null
  await thread.resume()
  expect([asked, told]).toEqual([4, [true, false]])
  thread.close()
})
