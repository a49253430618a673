import { expect, it } from '@jest/globals'
import { SteadyPause } from './steady-pause.ts'

/** As mediasoup's: it is paused once the worker has answered. */
function consumerOf() {
  const answers: (() => void)[] = []
  const answered = (paused: boolean) =>
    new Promise<void>((resolve) => {
      answers.push(() => {
        consumer.paused = paused
        resolve()
      })
    })
  const consumer = {
    ...{ closed: false, paused: false },
    pause: () => answered(true),
    resume: () => answered(false),
  }
  const answerAll = async () => {
    for (let turn = 0; turn < 20; turn++) {
      answers.shift()?.()
      await Promise.resolve()
    }
  }
  return { consumer, answerAll }
}

it('goes on where it was resumed before the worker had answered that it is paused', async () => {
  const { consumer, answerAll } = consumerOf()
  const pausing = new SteadyPause(consumer)
  const both = Promise.all([pausing.set(true), pausing.set(false)])
  await answerAll()
  await both
  expect(consumer.paused).toBe(false)
})

it('asks for nothing that is so already', async () => {
  const { consumer, answerAll } = consumerOf()
  const pausing = new SteadyPause(consumer)
  await pausing.set(false)
  const pause = pausing.set(true)
  await answerAll()
  await pause
  await pausing.set(true)
  expect(consumer.paused).toBe(true)
})
