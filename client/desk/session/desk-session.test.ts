import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { createSession } from './desk-session.ts'

const own = globalThis.fetch
let limits: { ms: number; over: AbortController }[]

beforeEach(() => {
  limits = []
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const over = new AbortController()
    limits.push({ ms, over })
    return over.signal
  })
  // This tab's turn is always: Node's own locks, which are young, were seen never to be had.
  const atOnce = (_name: string, task: LockGrantedCallback<unknown>) => task(null)
  jest.spyOn(navigator.locks, 'request').mockImplementation(atOnce as typeof navigator.locks.request)
  // A server that takes what is asked and never answers.
  globalThis.fetch = (_path, init) =>
    new Promise((_resolve, reject) =>
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
    )
})
afterEach(() => {
  jest.restoreAllMocks()
  globalThis.fetch = own
})

it.each([
  ['signing in', () => createSession().signIn({ login: 'sara', password: 'x' })],
  ['signing out', () => createSession().signOut()],
  ['a renewal', () => createSession().token()],
])('%s is given up where no answer comes', async (_what, ask) => {
  const asked = ask()
  expect(limits.map(({ ms }) => ms)).toEqual([15_000])
  limits[0]?.over.abort()
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
})

it('knows the server’s clock, whatever that of the device says', async () => {
  const server = Date.now() + 3 * 86_400_000
  globalThis.fetch = () => {
    const headers = { date: new Date(server).toUTCString() }
    return Promise.resolve(Response.json({ access: 'a', expiresInMs: 600_000, person: {} }, { headers }))
  }
  const session = createSession()
  await session.token()
  expect(Math.abs(session.now() - server)).toBeLessThan(10_000)
})
