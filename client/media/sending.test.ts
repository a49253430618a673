import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { atom } from 'nanostores'
import { RequestError } from '../wire/request-error.ts'
import type { Devices } from './devices.ts'
import type { Persist } from './persist.ts'
import { createSending, type Sending } from './sending.ts'

/** What was asked of the server, each waiting until the test answers it. */
type Asked = { muted: boolean; answer(): void; refuse(): void }
let asked: Asked[]
let sounds: boolean
let sending: Sending

const persist = ((_name: string, { muted }: { muted: boolean }) => {
  const { promise, resolve, reject } = Promise.withResolvers<{ muted: boolean }>()
  asked.push({
    muted,
    answer: () => resolve({ muted }),
    refuse: () => reject(new RequestError({ code: 'conflict' })),
  })
  return promise
}) as unknown as Persist
const off = atom({ name: 'off', endedBySystem: false })
const devices = {
  state: () => off,
  enable: (_source: string, on: boolean) => {
    sounds = on
  },
} as unknown as Devices
/** Long enough for all answers to arrive. */
const pass = (ms = 0) => jest.advanceTimersByTimeAsync(ms)
const unheard = () => sending.$mute.get().unheard ?? false

beforeEach(() => {
  jest.useFakeTimers()
  jest.spyOn(console, 'warn').mockReturnValue()
  asked = []
  const ending = new AbortController().signal
  const failed = (error: unknown) => {
    throw error
  }
  sending = createSending({ callId: 'k', devices, link: () => null, persist, ending, failed })
  sending.adoptMute(false)
  sending.setLive(true)
})
afterEach(() => {
  sending.close()
  jest.useRealTimers()
  jest.restoreAllMocks()
})

describe('to be heard again', () => {
  beforeEach(() => {
    sending.adoptMute(true)
    sending.mute(false)
  })

  it('is told as not come about yet once it takes longer than usual, until the server has said so', async () => {
    await pass(299)
    expect(unheard()).toBe(false)
    await pass(1)
    expect(sending.$mute.get()).toEqual({ wished: false, confirmed: false, unheard: true })
    asked[0]?.answer()
    await pass()
    expect(sending.$mute.get()).toEqual({ wished: false, confirmed: true })
  })

  it('is told so at no time where the server answers soon', async () => {
    const told: boolean[] = []
    sending.$mute.listen((mute) => told.push(mute.unheard ?? false))
    asked[0]?.answer()
    await pass(1_000)
    expect(told).toEqual([false])
  })

  it('did not come about where the server refuses: they are muted, and are shown so', async () => {
    expect(sounds).toBe(true)
    await pass(400)
    asked[0]?.refuse()
    await pass()
    expect(sending.$mute.get()).toEqual({ wished: true, confirmed: true })
    expect(sounds).toBe(false)
  })

  it('is no longer told as not come about where they are muted again', async () => {
    await pass(400)
    sending.mute(true)
    expect(sending.$mute.get()).toEqual({ wished: true, confirmed: false })
    asked[0]?.refuse()
    await pass(400)
    expect(asked.map(({ muted }) => muted)).toEqual([false, true])
    expect([sending.$mute.get().wished, unheard()]).toEqual([true, false])
  })
})

describe('to be silent', () => {
  it('holds at once, and whatever the server says of it', async () => {
    sending.mute(true)
    expect(sounds).toBe(false)
    asked[0]?.refuse()
    await pass(400)
    expect([sending.$mute.get().wished, sounds]).toEqual([true, false])
  })

  it('is said before what is wished after it, so that the last wish holds', async () => {
    sending.mute(true)
    sending.mute(false)
    await pass(400)
    // The server has never heard of the first: who talks is heard.
    expect([asked.length, unheard()]).toEqual([1, false])
    asked[0]?.answer()
    await pass(400)
    expect([asked.map(({ muted }) => muted), unheard()]).toEqual([[true, false], true])
    asked[1]?.answer()
    await pass()
    expect(sending.$mute.get()).toEqual({ wished: false, confirmed: true })
  })

  it('is said again once the call is live, where it was too early', async () => {
    sending.setLive(false)
    sending.mute(true)
    asked[0]?.refuse()
    await pass()
    sending.setLive(true)
    expect(asked.map(({ muted }) => muted)).toEqual([true, true])
  })

  it('is said again where the call went live while the server refused it', async () => {
    sending.setLive(false)
    sending.mute(true)
    sending.setLive(true)
    asked[0]?.refuse()
    await pass()
    expect(asked.map(({ muted }) => muted)).toEqual([true, true])
  })
})
