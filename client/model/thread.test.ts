import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { emptyState, evolve } from '../../server/conversation/conversation.ts'
import { memoryStore, type Store } from '../wire/storage.ts'
import { RequestError } from '../wire/request-error.ts'
import type { ThreadPort } from './port.ts'
import { createReferenceServer, createTestClock, type Fate, settle } from './testing.ts'
import { createThread, type Thread } from './thread.ts'

type Server = ReturnType<typeof createReferenceServer>
const open = (
  port: ThreadPort,
  clock: ReturnType<typeof createTestClock>['clock'],
  store: Store = memoryStore(),
) => createThread({ port, clock, store, audience: 'visitor', conversationId: null, scope: 's' })

const texts = (thread: Thread): string[] =>
  thread.$view.get().events.map((one) => (one.type === 'message' ? one.payload.text : one.type))

/** The fold must equal the server's log, whatever happened on the way. */
function expectSame(thread: Thread, server: Server): void {
  const { events, state, pending } = thread.$view.get()
  const whole = server.log.reduce((before, one) => evolve(before, one, one), emptyState)
  expect(pending).toEqual([])
  expect(state).toEqual(whole)
  expect(events).toEqual(server.log.slice(server.log.length - events.length))
}

describe('a thread', () => {
  it('begins empty, sends, and shows its message once', async () => {
    const time = createTestClock()
    const server = createReferenceServer()
    const thread = open(server.port, time.clock)
    await time.pass(0)
    expect(thread.$view.get()).toMatchObject({ phase: 'ready', conversationId: null })
    thread.send('Hello')
    expect(thread.$view.get().pending).toMatchObject([{ text: 'Hello', status: 'pending' }])
    await time.pass(1_000)
    expect(texts(thread)).toEqual(['Hello'])
    expectSame(thread, server)
  })

  it('does not wait for a message that turns out to be further back than what is shown', async () => {
    const time = createTestClock()
    const store = memoryStore()
    const server = createReferenceServer()
    const before = open(server.port, time.clock, store)
    await time.pass(0)
    before.send('Sent, but nobody was there to see it')
    const [key = ''] = store.keys('parley.out.')
    const kept = store.get(key) ?? ''
    await time.pass(1_000)
    before.close()
    for (let index = 0; index < 60; index++) server.say(`${index}`)
    store.set(key, kept)
    const after = open(server.port, time.clock, store)
    expect(after.$view.get().pending).toHaveLength(1)
    await time.pass(5_000)
    expect(store.keys('parley.out.')).toEqual([])
    expectSame(after, server)
  })

  it('once closed asks nothing more of the server', async () => {
    const time = createTestClock()
    const server = createReferenceServer(() => 'lost')
    const thread = open(server.port, time.clock)
    await time.pass(0)
    thread.send('Hello')
    thread.close()
    await time.pass(0)
    const asked = server.calls.length
    await time.pass(10_000)
    expect(server.calls).toHaveLength(asked)
  })

  it('sends nothing of somebody who is another one now, and leaves the next one’s to those who have it', async () => {
    const time = createTestClock()
    const store = memoryStore()
    const server = createReferenceServer()
    server.setOnline(false)
    const here = open(server.port, time.clock, store)
    const there = open(server.port, time.clock, store)
    here.send('Of the first')
    there.send('Of the first, elsewhere')
    await time.pass(100)
    here.forget(true)
    expect(store.keys('parley.out.')).toEqual([])
    here.send('Of the second')
    there.forget(false)
    server.setOnline(true)
    await time.pass(10_000)
    expect(server.log.map((one) => one.type === 'message' && one.payload.text)).toEqual(['Of the second'])
    for (const thread of [here, there]) expectSame(thread, server)
  })

  it('keeps messages over a reload while offline, and sends them in order', async () => {
    const time = createTestClock()
    const store = memoryStore()
    const server = createReferenceServer()
    const before = open(server.port, time.clock, store)
    await time.pass(0)
    server.setOnline(false)
    before.send('one')
    before.send('two')
    await time.pass(10)
    before.close()
    const after = open(server.port, time.clock, store)
    expect(after.$view.get().pending.map((one) => one.text)).toEqual(['one', 'two'])
    server.setOnline(true)
    await time.pass(5_000)
    expect(texts(after)).toEqual(['one', 'two'])
    expectSame(after, server)
  })

  it('sends what another tab left unsent when it went, before what was written later', async () => {
    const time = createTestClock()
    const store = memoryStore()
    const server = createReferenceServer()
    const [gone, stays] = [open(server.port, time.clock, store), open(server.port, time.clock, store)]
    await time.pass(0)
    server.setOnline(false)
    gone.send('one')
    gone.close()
    stays.send('two')
    server.setOnline(true)
    await time.pass(5_000)
    expect(texts(stays)).toEqual(['one', 'two'])
    expectSame(stays, server)
    expect(store.keys('parley.out.')).toEqual([])
  })

  it('holds what comes too early and asks for the missing after 250 ms', async () => {
    const time = createTestClock()
    const fates: Fate[] = []
    const server = createReferenceServer(() => fates.shift() ?? 'ok')
    server.say('first')
    const thread = open(server.port, time.clock)
    await time.pass(0)
    fates.push('lost')
    server.say('missed')
    server.say('third')
    expect(texts(thread)).toEqual(['first'])
    await time.pass(249)
    expect(server.calls.filter((one) => one === 'resume')).toHaveLength(1)
    await time.pass(1)
    expect(texts(thread)).toEqual(['first', 'missed', 'third'])
  })

  it('a refused message stays with its reason, and others pass it', async () => {
    const time = createTestClock()
    const server = createReferenceServer()
    const port: ThreadPort = {
      ...server.port,
      send: (message) =>
        message.text === 'bad'
          ? Promise.reject(new RequestError({ code: 'badInput' }))
          : server.port.send(message),
    }
    const thread = open(port, time.clock)
    await time.pass(0)
    thread.send('bad')
    thread.send('good')
    await time.pass(1_000)
    expect(texts(thread)).toEqual(['good'])
    const [failed] = thread.$view.get().pending
    expect(failed).toMatchObject({ text: 'bad', status: 'failed', failure: 'badInput' })
    thread.discard(failed?.clientId ?? '')
    expectSame(thread, server)
  })

  it('pages backwards without touching the state', async () => {
    const time = createTestClock()
    const server = createReferenceServer()
    for (let i = 0; i < 120; i++) server.say(`m${i}`)
    const thread = open(server.port, time.clock)
    await time.pass(0)
    expect(thread.$view.get().events).toHaveLength(50)
    await thread.loadEarlier()
    await thread.loadEarlier()
    expect(thread.$view.get()).toMatchObject({ more: false })
    expect(thread.$view.get().events).toHaveLength(120)
    expectSame(thread, server)
  })

  it('takes a fresh snapshot when it is too far behind', async () => {
    const time = createTestClock()
    const server = createReferenceServer()
    server.say('old')
    const thread = open(server.port, time.clock)
    await time.pass(0)
    server.setOnline(false)
    for (let i = 0; i < 600; i++) server.say(`m${i}`)
    server.setOnline(true)
    await time.pass(10)
    expect(thread.$view.get().events).toHaveLength(50)
    expectSame(thread, server)
  })

  it('says delivered and read sparingly, and again after a reconnection', async () => {
    const time = createTestClock()
    const server = createReferenceServer()
    const thread = open(server.port, time.clock)
    await time.pass(0)
    thread.send('hi')
    await time.pass(2_000)
    for (let i = 0; i < 20; i++) server.say(`m${i}`)
    thread.read(15)
    await time.pass(1_000)
    expect(server.calls.filter((one) => one === 'mark')).toHaveLength(2)
    expect(server.marks.visitor).toEqual({ delivered: 21, read: 15 })
    server.setOnline(true)
    await time.pass(1_000)
    expect(server.calls.filter((one) => one === 'mark')).toHaveLength(3)
  })

  it('tells of typing each 3 s at most, and by itself that it stopped', async () => {
    const time = createTestClock()
    const server = createReferenceServer()
    const thread = open(server.port, time.clock)
    thread.send('hi')
    await time.pass(100)
    for (let i = 0; i < 10; i++) {
      thread.typed()
      await time.pass(500)
    }
    await time.pass(4_000)
    expect(server.calls.filter((one) => one.startsWith('typing'))).toEqual([
      'typing true',
      'typing true',
      'typing false',
    ])
  })

  it('shows the other side typing until it falls silent', async () => {
    const time = createTestClock()
    const server = createReferenceServer()
    const thread = open(server.port, time.clock)
    thread.send('hi')
    await time.pass(100)
    server.type(true)
    expect(thread.$view.get().typing).toBe(true)
    server.say('there')
    expect(thread.$view.get().typing).toBe(false)
    server.type(true)
    await time.pass(5_000)
    expect(thread.$view.get().typing).toBe(false)
  })
})

describe('any run of losses, doublings, reorderings, absences and reloads', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('say' as const) },
    { weight: 6, arbitrary: fc.constant('send' as const) },
    { weight: 2, arbitrary: fc.constant('release' as const) },
    { weight: 2, arbitrary: fc.constant('pass' as const) },
    { weight: 1, arbitrary: fc.constant('offline' as const) },
    { weight: 1, arbitrary: fc.constant('online' as const) },
    { weight: 1, arbitrary: fc.constant('reload' as const) },
  )
  const fate = fc.constantFrom<Fate>('ok', 'ok', 'ok', 'lost', 'twice', 'late', 'answerLost')

  it('ends with the server’s log: nothing lost, doubled or out of order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.infiniteStream(fate), async (steps, fates) => {
        let calm = false
        const time = createTestClock()
        const store = memoryStore()
        const next = (): Fate => (calm ? 'ok' : (fates.next().value ?? 'ok'))
        const server = createReferenceServer(next)
        let thread = open(server.port, time.clock, store)
        const written: string[] = []
        for (const [i, what] of steps.entries()) {
          if (what === 'say') server.say(`agent ${i}`)
          if (what === 'send') {
            written.push(`visitor ${i}`)
            thread.send(`visitor ${i}`)
          }
          if (what === 'release') server.release((count) => (i * 7) % count)
          if (what === 'pass') await time.pass(300)
          if (what === 'offline') server.setOnline(false)
          if (what === 'online') server.setOnline(true)
          if (what === 'reload') {
            thread.close()
            thread = open(server.port, time.clock, store)
          }
          await settle()
        }
        calm = true
        server.release((count) => count - 1)
        // A reconnection would mend everything; while online, the gaps themselves have to be noticed.
        if (server.port.isOnline()) server.say('last')
        else server.setOnline(true)
        await time.pass(20_000)
        expectSame(thread, server)
        const arrived = server.log.filter((one) => one.actor.kind === 'visitor').map((one) => one.clientId)
        expect(new Set(arrived).size).toBe(arrived.length)
        const sent = server.log.flatMap((one) =>
          one.type === 'message' && one.actor.kind === 'visitor' ? [one.payload.text] : [],
        )
        expect(sent).toEqual(written)
      }),
      { numRuns: 300 },
    )
  })
})
