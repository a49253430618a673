import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { atom } from 'nanostores'
import type { WrapUp } from '../../../server/contract/desk.ts'
import { createDrafts } from '../../model/drafts.ts'
import { memoryStore } from '../../wire/storage.ts'
import type { Wire } from '../../wire/wire.ts'
import { createInbox } from '../inbox/inbox.ts'
import { draftsOf, saveInTime } from './saved-in-time.ts'

const NOW = 1_790_000_000_000
const wrapUp: WrapUp = {
  ...{ conversationId: 'c', visitorName: null, startedAt: NOW, deadline: NOW + 60_000, timed: true },
  ...{ extensionMs: 30_000, disposition: 'optional', note: 'optional' },
}
const { disposition, note } = draftsOf('c')

/** A desk with nothing drawn, on a connection that takes down what is asked, and answers as the test says. */
function desk(answer = async (): Promise<unknown> => ({})) {
  const asked: unknown[] = []
  // What the server's time turns out to be behind what it was taken for.
  const clock = { behind: 0 }
  const handlers = new Map<string, (payload: unknown) => void>()
  const wire = {
    request(name: string, input: unknown) {
      asked.push([name, input])
      return answer()
    },
    on: (name: string, handler: (payload: unknown) => void) => {
      handlers.set(name, handler)
      return () => undefined
    },
    onOnline: () => () => undefined,
    serverNow: () => Date.now() - clock.behind,
    $status: atom('online'),
  } as unknown as Wire<'desk'>
  const inbox = createInbox(wire, 'me')
  const drafts = createDrafts(memoryStore())
  const kept: unknown[] = []
  const told: string[] = []
  const stop = saveInTime({
    ...{ wire, inbox, drafts },
    keepNote: (...of) => kept.push(of),
    saved: (as) => told.push(as),
  })
  const push = (next: WrapUp) => handlers.get('wrapUp')?.(next)
  return { asked, clock, drafts, kept, told, push, stop }
}

beforeEach(() => void jest.useFakeTimers({ now: NOW }))
afterEach(() => void jest.useRealTimers())

describe('a wrap-up whose time runs out while something else is looked at', () => {
  it('is finished with what was written, once, and the words are not kept for another time', async () => {
    const { asked, drafts, told, kept, push } = desk()
    push(wrapUp)
    drafts.set(disposition, 'd')
    drafts.set(note, ' Wants a call on Monday ')
    await jest.advanceTimersByTimeAsync(58_000)
    expect(asked).toEqual([])
    await jest.advanceTimersByTimeAsync(10_000)
    const input = { conversationId: 'c', dispositionId: 'd', note: 'Wants a call on Monday' }
    expect(asked).toEqual([['wrapUp.finish', input]])
    expect([drafts.get(disposition), drafts.get(note), told, kept]).toEqual([null, null, ['wrapUp'], []])
  })

  it('is left to end by itself where nothing was written', async () => {
    const { asked, kept, push } = desk()
    push(wrapUp)
    await jest.advanceTimersByTimeAsync(70_000)
    expect([asked, kept]).toEqual([[], []])
  })

  it('has the time that was given to it in the end', async () => {
    const { asked, drafts, push, stop } = desk()
    push(wrapUp)
    drafts.set(note, 'x')
    push({ ...wrapUp, deadline: NOW + 90_000, extensionMs: null })
    await jest.advanceTimersByTimeAsync(80_000)
    expect(asked).toEqual([])
    stop()
    await jest.advanceTimersByTimeAsync(80_000)
    expect(asked).toEqual([])
  })

  it('leaves a note where what is required is missing', async () => {
    const { asked, drafts, kept, told, push } = desk()
    push({ ...wrapUp, disposition: 'required' })
    drafts.set(note, 'x')
    await jest.advanceTimersByTimeAsync(70_000)
    expect([asked, kept, told, drafts.get(note)]).toEqual([[], [['c', 'x']], ['note'], null])
  })

  it('leaves a note of what was written in the last moment', async () => {
    const { asked, drafts, kept, told, push } = desk()
    push(wrapUp)
    await jest.advanceTimersByTimeAsync(59_500)
    drafts.set(note, 'x')
    await jest.advanceTimersByTimeAsync(10_000)
    expect([asked, kept, told, drafts.get(note)]).toEqual([[], [['c', 'x']], ['note'], null])
  })

  it('says so once the time is over where a disposition was chosen and the note that is required is missing', async () => {
    const { asked, clock, drafts, told, push } = desk()
    const needsNote = { ...wrapUp, note: 'required' as const }
    push(needsNote)
    drafts.set(disposition, 'd')
    await jest.advanceTimersByTimeAsync(59_900)
    expect(told).toEqual([])
    push({ ...needsNote, deadline: NOW + 90_000 })
    await jest.advanceTimersByTimeAsync(29_000)
    expect([told, drafts.get(disposition)?.text]).toEqual([[], 'd'])
    clock.behind = 5
    await jest.advanceTimersByTimeAsync(10_000)
    expect([asked, told, drafts.get(disposition)]).toEqual([[], ['nothing'], null])
  })

  it('leaves a note where it cannot be finished, or is looked at too late', async () => {
    const refused = desk(() => Promise.reject(new Error('refused')))
    refused.push(wrapUp)
    refused.drafts.set(note, 'x')
    await jest.advanceTimersByTimeAsync(70_000)
    expect([refused.asked.length, refused.kept]).toEqual([1, [['c', 'x']]])
    // A machine that slept: its timers run late.
    const late = desk()
    late.drafts.set(note, 'x')
    late.drafts.set(disposition, 'd')
    late.push({ ...wrapUp, deadline: Date.now() - 1 })
    await jest.advanceTimersByTimeAsync(0)
    expect([late.asked, late.kept]).toEqual([[], [['c', 'x']]])
    // Or the next wrap-up of this conversation would begin, and be saved, with it.
    expect(late.drafts.get(disposition)).toBeNull()
  })
})
