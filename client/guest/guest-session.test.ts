import { afterEach, describe, expect, it } from '@jest/globals'
import { NoLink, readLink } from './guest-session.ts'

const own = globalThis.fetch
const link = { name: 'Reza', from: 'Sara' }

/** Each is asked in turn; a number is a status, an error a connection that was not to be had. */
function answering(...answers: (number | Error)[]): void {
  globalThis.fetch = async () => {
    const next = answers.shift()
    if (typeof next !== 'number') throw next ?? new Error('asked once too often')
    return Response.json(next === 200 ? link : {}, { status: next })
  }
}
afterEach(() => {
  globalThis.fetch = own
})

/** Reads the link; `waits` are those between the tries, none of which is waited for. */
function reading() {
  const waits: number[] = []
  let unanswered = 0
  const wait = async (ms: number) => void waits.push(ms)
  return { read: readLink('t', () => unanswered++, wait), waits, told: () => unanswered }
}

describe('reading the link', () => {
  it('goes on until the server answers, longer and longer apart', async () => {
    answering(503, new TypeError('failed to fetch'), 429, 502, 200)
    const { read, waits, told } = reading()
    expect(await read).toEqual(link)
    expect(waits).toEqual([1_000, 2_000, 4_000, 4_000])
    expect(told()).toBe(4)
  })

  it('ends at once where the link is not good', async () => {
    answering(404)
    const { read, waits, told } = reading()
    await expect(read).rejects.toBeInstanceOf(NoLink)
    expect([waits, told()]).toEqual([[], 0])
  })
})
