import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { keepAsking } from './keep-asking.ts'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

function asking(...answers: (string | Error)[]) {
  const heard: string[] = []
  const stop = keepAsking(
    async () => {
      const answer = answers.shift()
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often')
      return answer
    },
    {
      everyMs: 1_000,
      goesOn: (found) => found === 'open',
      told: (found) => void heard.push(found),
      failed: () => void heard.push('failed'),
    },
  )
  const later = async (rounds = 1) => {
    for (let n = 0; n < rounds; n++) await jest.advanceTimersByTimeAsync(1_000)
    return heard
  }
  return { stop, later }
}

it('asks on until nothing more is to come', async () => {
  expect(await asking('open', 'open', 'done').later(5)).toEqual(['open', 'open', 'done'])
})

it('asks again after no answer: a server that starts anew is back in a moment', async () => {
  expect(await asking(new Error('away'), new Error('away'), 'done').later(5)).toEqual([
    ...['failed', 'failed', 'done'],
  ])
})

it('tells and asks nothing more once it is stopped', async () => {
  const { stop, later } = asking('open', 'done')
  stop()
  expect(await later(3)).toEqual([])
})
