import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import pino from 'pino'
import { createTasks } from '../tasks.ts'
import { createGathering } from './gathering.ts'

const tasks = createTasks(pino({ level: 'silent' }))

describe('gathering', () => {
  it('does for all at once what came meanwhile, each once, one round after another', async () => {
    const rounds: string[][] = []
    const add = createGathering({ tasks }, 'test', async (ids) => void rounds.push(ids))
    for (const id of ['a', 'b', 'b', 'c']) add(id)
    await tasks.drain()
    expect(rounds).toEqual([['a'], ['b', 'c']])
  })

  it('does again what found the database away', async () => {
    const seen = new EventEmitter()
    let away = true
    const add = createGathering({ tasks }, 'test', async ([id]) => {
      if (away) {
        away = false
        throw new Error('timeout exceeded when trying to connect')
      }
      seen.emit('done', id)
    })
    const done = once(seen, 'done')
    add('a')
    expect(await done).toEqual(['a'])
  })
})
