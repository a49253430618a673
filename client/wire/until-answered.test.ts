import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import { createListeners } from './listeners.ts'
import { RequestError } from './request-error.ts'
import { untilAnswered } from './until-answered.ts'
import type { WireStatus } from './wire.ts'

/** A line that comes and goes, and a request that fails until it is told not to. */
function open(status: WireStatus) {
  const $status = atom(status)
  const heard = createListeners()
  const stop = new AbortController()
  let asked = 0
  let answer = ''
  const request = () => {
    asked++
    return answer ? Promise.resolve(answer) : Promise.reject(new RequestError({ code: 'unavailable' }))
  }
  const wire = {
    $status,
    onOnline: (handler: (afterSilence: boolean) => void) => heard.add('online', handler),
  }
  return {
    stop,
    ask: (tries?: number) => untilAnswered(wire, stop.signal, request, tries),
    asked: () => asked,
    answers: (text: string) => {
      answer = text
    },
    async back() {
      heard.tell('online')
      await new Promise(setImmediate)
    },
  }
}

describe('a request that is repeated until it is answered', () => {
  it('waits for a line as long as it takes, however few tries it has', async () => {
    const { ask, asked, answers, back } = open('offline')
    const answered = ask(2)
    await new Promise(setImmediate)
    for (let times = 0; times < 5; times++) await back()
    expect(asked()).toBe(6)
    answers('at last')
    await back()
    expect(await answered).toBe('at last')
  })

  it('is given up after its tries while there is a line', async () => {
    const { ask, asked } = open('online')
    await expect(ask(2)).rejects.toMatchObject({ code: 'unavailable' })
    expect(asked()).toBe(2)
  })

  it('has as many tries left when the device was without a network meanwhile, which the line did not notice', async () => {
    const { ask, asked, answers } = open('online')
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })
    const answered = ask(2)
    while (asked() < 3) await new Promise(setImmediate)
    Reflect.deleteProperty(navigator, 'onLine')
    answers('at last')
    expect(await answered).toBe('at last')
  })

  it('is asked no more when it is not wanted', async () => {
    const { ask, asked, stop, back } = open('offline')
    const answered = ask()
    await new Promise(setImmediate)
    stop.abort()
    await expect(answered).rejects.toMatchObject({ code: 'unavailable' })
    await back()
    expect(asked()).toBe(1)
  })
})
