import { describe, expect, it } from '@jest/globals'
import { createDoor } from './door.ts'

describe('the door', () => {
  it('lets in so many at once, then whoever goes first, then the others in turn', async () => {
    const door = createDoor(2)
    const entered: string[] = []
    const leave = new Map<string, () => void>()
    const come = (name: string, first = false) =>
      door(first, async () => {
        entered.push(name)
        await new Promise<void>((resolve) => leave.set(name, resolve))
        return name
      })
    const all = [come('a'), come('b'), come('c'), come('d'), come('staff', true)]
    expect(entered).toEqual(['a', 'b'])
    leave.get('b')?.()
    await all[1]
    expect(entered).toEqual(['a', 'b', 'staff'])
    leave.get('a')?.()
    await all[0]
    leave.get('staff')?.()
    await all[4]
    expect(entered).toEqual(['a', 'b', 'staff', 'c', 'd'])
    for (const name of ['c', 'd']) leave.get(name)?.()
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'staff'])
  })

  it('is left by a failure as by an answer', async () => {
    const door = createDoor(1)
    const failed = door(false, () => Promise.reject(new Error('refused')))
    const next = door(false, async () => 'in')
    await expect(failed).rejects.toThrow('refused')
    expect(await next).toBe('in')
  })
})
