import { expect, it } from '@jest/globals'
import { eachByItself } from './each.ts'

it('tries all of them, and then tells that some failed, and why the first did', async () => {
  const tried: number[] = []
  const work = async (one: number) => {
    tried.push(one)
    if (one < 3) throw new Error(`no ${one}`)
  }
  const all = eachByItself([1, 2, 3], work)
  await expect(all).rejects.toMatchObject({ message: '2 of 3 failed', cause: { message: 'no 1' } })
  expect(tried).toEqual([1, 2, 3])
})

it('asks no further where it is the database that is away', async () => {
  const tried: number[] = []
  const work = async (one: number) => {
    tried.push(one)
    throw new Error('Connection terminated unexpectedly')
  }
  await expect(eachByItself([1, 2], work)).rejects.toThrow('1 of 2 failed')
  expect(tried).toEqual([1])
})
