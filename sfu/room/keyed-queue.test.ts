import { describe, expect, it } from '@jest/globals'
import { KeyedQueue } from './keyed-queue.ts'

describe('KeyedQueue', () => {
  it('runs tasks of one key in order, also after one that failed, and other keys meanwhile', async () => {
    const queue = new KeyedQueue()
    const order: string[] = []
    let release = () => undefined as void
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const first = queue.run('a', async () => {
      await gate
      throw new Error('failed')
    })
    const second = queue.run('a', async () => order.push('a2'))
    await queue.run('b', async () => order.push('b'))
    release()
    await expect(first).rejects.toThrow('failed')
    await second
    await queue.idle()
    expect(order).toEqual(['b', 'a2'])
  })
})
