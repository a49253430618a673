import { expect, it } from '@jest/globals'
import { BoundedLine } from './bounded-line.ts'

it('makes its tasks in order, one that fails among them, and is stuck while too much waits behind one', async () => {
  const failed: unknown[] = []
  const line = new BoundedLine((error) => failed.push(error))
  const first = Promise.withResolvers<void>()
  const made: number[] = []
  line.run(() => first.promise)
  const stuck = [1, 2, 3].map((number) => {
    line.run(async () => void made.push(number), 512 * 1024)
    return line.stuck
  })
  expect([stuck, made]).toEqual([[false, false, true], []])
  first.reject(new Error('no'))
  await line.done
  expect([line.stuck, made, failed]).toEqual([false, [1, 2, 3], [new Error('no')]])
})
