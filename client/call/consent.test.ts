import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import type { CallState, Source } from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import type { CallWire } from '../media/wire.ts'
import { createAgreed } from './consent.ts'

const call: CallState = {
  ...{ id: 'c', media: 'voice', by: 'visitor', askedAt: 0, consent: { record: ['mic'] }, seats: twoSeats },
  ...{ phase: 'connected', since: 1, recording: true },
}

/** A line on which each request waits until the test answers it. */
function line() {
  const open: { name: string; answer(value: unknown): void }[] = []
  let online: () => void = () => undefined
  const wire = {
    $status: atom('online'),
    request: (name: string) =>
      new Promise((resolve) => {
        open.push({ name, answer: resolve })
      }),
    onOnline(told: () => void) {
      online = told
      return () => undefined
    },
  } as unknown as CallWire
  const answer = async (name: string, value: unknown) => {
    const at = open.findIndex((one) => one.name === name)
    open.splice(at, 1)[0]?.answer(value)
    await new Promise(setImmediate)
  }
  return {
    ...{ wire, back: () => online(), asked: () => open.map(({ name }) => name) },
    remembered: (record: Source[], ends = false) => answer('consent.remembered', { record, ends }),
    withdrawn: () => answer('consent.withdraw', {}),
  }
}

function agreed() {
  const [talk, $call] = [line(), atom<CallState | null>(call)]
  const { signal } = new AbortController()
  return { ...talk, $call, ...createAgreed(talk.wire, $call, signal) }
}

it('whether the call ends by taking it back is told anew when somebody asks: it may be in another queue now', async () => {
  const { $ends, look, remembered } = agreed()
  await remembered(['mic'], false)
  expect($ends.get()).toBe(false)
  look()
  await remembered(['mic'], true)
  expect($ends.get()).toBe(true)
})

describe('what the visitor has agreed to before', () => {
  it('is asked for at first and after each call, and holds for these media alone', async () => {
    const { $before, $call, remembered, asked } = agreed()
    expect($before.get()).toEqual([])
    await remembered(['mic'])
    expect($before.get()).toEqual(['mic'])
    $call.set(null)
    expect(asked()).toEqual(['consent.remembered'])
    await remembered(['cam', 'mic'])
    expect($before.get()).toEqual(['cam', 'mic'])
  })

  it('is nothing once it is taken back, whatever was answered to what was asked before that', async () => {
    const { $before, $withdrawing, $call, withdraw, remembered, withdrawn, back } = agreed()
    await remembered(['mic'])
    back()
    withdraw()
    expect([$before.get(), $withdrawing.get()]).toEqual([[], true])
    // The line was gone: what it remembers is told before the word has arrived that takes it back.
    await remembered(['mic'])
    $call.set(null)
    await remembered(['mic'])
    expect($before.get()).toEqual([])
    await withdrawn()
    expect([$before.get(), $withdrawing.get()]).toEqual([[], false])
  })

  it('is not what an answer that was overtaken says', async () => {
    const { $before, withdraw, remembered, withdrawn } = agreed()
    withdraw()
    await withdrawn()
    await remembered(['mic'])
    expect($before.get()).toEqual([])
  })
})
