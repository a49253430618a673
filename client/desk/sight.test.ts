import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { atom } from 'nanostores'
import { emptyState, evolve } from '../../server/conversation/conversation.ts'
import { deskPort } from '../model/port.ts'
import { createThread, type ThreadView } from '../model/thread.ts'
import { RequestError } from '../wire/request-error.ts'
import { memoryStore } from '../wire/storage.ts'
import type { Wire } from '../wire/wire.ts'
import { inSight, watchSight } from './sight.ts'

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

it('has no call for whoever may see it no more, however it stood when they were last told', () => {
  const event = { type: 'callAsked', v: 1, payload: { callId: 'k', media: 'voice', by: 'visitor' } } as const
  const state = evolve(emptyState, event, { seq: 1, at: 1, actor: { kind: 'visitor' } })
  const $gone = atom(false)
  const $seen = inSight(atom({ conversationId: 'c', state } as ThreadView), $gone)
  const told: unknown[] = []
  const stop = $seen.subscribe((view) => told.push(view.state.call?.id ?? null))
  $gone.set(true)
  $gone.set(false)
  expect(told).toEqual(['k', null, 'k'])
  stop()
})
