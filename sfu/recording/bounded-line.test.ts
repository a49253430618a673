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

it('makes a task at once where it waits for none, and one that a task asks for after it', async () => {
  const line = new BoundedLine((error) => made.push(error))
  const made: unknown[] = []
  line.run(() => {
    line.run(() => void made.push('inner'))
    made.push('outer')
    throw new Error('no')
  })
  expect(made).toEqual(['outer', new Error('no'), 'inner'])
  const first = Promise.withResolvers<void>()
  line.run(() => first.promise, 1)
  line.run(() => void made.push('later'))
  expect(made).toHaveLength(3)
  first.resolve()
  await line.done
  expect(made.at(-1)).toBe('later')
})
