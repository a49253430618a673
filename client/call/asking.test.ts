import { beforeEach, describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { type ConversationState, emptyState } from '../../server/conversation/conversation.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import type { CallWire } from '../media/wire.ts'
import type { ThreadView } from '../model/thread.ts'
import { RequestError } from '../wire/request-error.ts'
import { createAsking } from './asking.ts'

/** What the server is asked; the test answers. */
type Asked = { name: string; answer(callId: string): void; lose(): void; refuse(): void }
let asked: Asked[]
let comeBack: () => void
let withdrawn: string[]

function asking(page = new AbortController(), phase = emptyState.phase) {
  const $status = atom('connecting')
  const wire = {
    $status,
    request: (name: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<object>()
      asked.push({
        name,
        answer: (callId) => resolve({ callId, conversationId: 'c' }),
        lose: () => reject(new RequestError({ code: 'unavailable' })),
        refuse: () => reject(new RequestError({ code: 'conflict', message: '' })),
      })
      return promise
    },
    onOnline: (handler: () => void) => {
      comeBack = handler
      return () => undefined
    },
  } as unknown as CallWire
  const state: ConversationState = { ...emptyState, phase }
  const thread = { $view: atom({ conversationId: 'c', state } as ThreadView), adopt: () => undefined }
  return createAsking({ wire, thread, signal: page.signal, withdraw: (id) => void withdrawn.push(id) })
}
const question = { kind: 'ask', media: 'voice' } as const
const last = () => asked.at(-1)!
const times = (count: number) => eventually(`asked ${count} times`, () => asked.length === count)

beforeEach(() => {
  asked = []
  withdrawn = []
})

it('in a conversation that has ended, a call begins it anew', async () => {
  const call = asking(undefined, { name: 'ended', at: 0, by: 'agent' }).ask(
    question,
    ['mic'],
    () => undefined,
  )
  last().answer('k')
  expect([await call, last().name]).toEqual(['k', 'call.start'])
})

describe('a question whose answer is lost', () => {
  it('is said again once there is a connection, and its call is entered', async () => {
    let silent = 0
    const call = asking().ask(question, ['mic'], () => silent++)
    last().lose()
    await eventually('silence is told', () => silent === 1)
    comeBack()
    await times(2)
    last().answer('k')
    expect(await call).toBe('k')
    expect(asked.map(({ name }) => name)).toEqual(['call.ask', 'call.ask'])
    expect(withdrawn).toEqual([])
  })

  it('is not said again once it is dropped', async () => {
    let silent = 0
    const one = asking()
    const call = one.ask(question, ['mic'], () => silent++)
    last().lose()
    await eventually('silence is told', () => silent === 1)
    one.drop()
    expect(await call).toBeNull()
    expect(asked).toHaveLength(1)
  })

  it('and that is asked anew has one call', async () => {
    const one = asking()
    const first = one.ask(question, ['mic'], () => undefined)
    const second = one.ask(question, ['mic'], () => undefined)
    for (const { answer } of asked) answer('k')
    expect(await first).toBeNull()
    expect(await second).toBe('k')
    expect(withdrawn).toEqual([])
  })
})

it('a call that rings though its question was dropped is withdrawn, but not by the page’s end', async () => {
  const one = asking()
  const call = one.ask(question, ['mic'], () => undefined)
  one.drop()
  last().answer('k')
  expect(await call).toBeNull()
  expect(withdrawn).toEqual(['k'])

  const page = new AbortController()
  const other = asking(page)
  const rings = other.ask(question, ['mic'], () => undefined)
  page.abort()
  other.drop()
  last().answer('l')
  await rings
  expect(withdrawn).toEqual(['k'])
})

it('a refusal ends it', async () => {
  const call = asking().ask(question, ['mic'], () => undefined)
  last().refuse()
  await expect(call).rejects.toMatchObject({ code: 'conflict' })
  expect(asked).toHaveLength(1)
})
