import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { adoptChild, startChild } from './child.ts'
import { isAlive } from './identity.ts'
import { Keeper } from './keeper.ts'
import { livingRecord } from './record.ts'
import { eventually, planFor, standIn, temporaryFolder } from './testing.ts'

let folder: ReturnType<typeof temporaryFolder>
let said: string[]
const report = (text: string) => {
  said.push(text)
}

beforeEach(() => {
  folder = temporaryFolder()
  said = []
})
afterEach(() => folder.remove())

const journal = () => join(folder.path, 'journal')
const plan = (command = standIn('it', journal())) => planFor('it', command, folder.path)
const started = () =>
  eventually(
    'it started',
    () => existsSync(journal()) && readFileSync(journal(), 'utf8').endsWith('started\n'),
  )

describe('a kept process', () => {
  it('is started again when it is killed, with a new record, and stops in order', async () => {
    const keeper = new Keeper({ plan: plan(), report })
    await keeper.start()
    const first = livingRecord(plan().record)
    process.kill(first?.pid ?? 0, 'SIGKILL')
    const second = await eventually('a new process', () => {
      const record = livingRecord(plan().record)
      return record?.pid !== first?.pid && record
    })
    await started()
    await keeper.stop()
    expect(isAlive(second)).toBe(false)
    expect(livingRecord(plan().record)).toBeUndefined()
    expect(said.some((text) => /it ended \(SIGKILL\), starting it again in 100 ms/.test(text))).toBe(true)
  })

  /** How long the first waits before a start were, ms. */
  async function pausesOf(command: [string, ...string[]], count: number): Promise<number[]> {
    const keeper = new Keeper({ plan: plan(command), report })
    await keeper.start()
    const pauses = await eventually('as many starts', () => {
      const found = said.flatMap((text) => /, starting it again in (\d+) ms/.exec(text)?.[1] ?? [])
      return found.length >= count && found
    })
    await keeper.stop()
    return pauses.slice(0, count).map(Number)
  }

  it('is tried again and again when it does not run, a little later each time', async () => {
    expect(await pausesOf([join(folder.path, 'missing')], 4)).toEqual([100, 200, 400, 800])
  })

  it('is started again as soon as at first when what it lived is longer than the wait', async () => {
    const soon = [process.execPath, '-e', 'setTimeout(() => process.exit(3), 500)'] as const
    expect(await pausesOf([...soon], 3)).toEqual([100, 100, 100])
  })

  it('is killed when it does not stop in time', async () => {
    const deaf = [
      process.execPath,
      '-e',
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')",
    ]
    const stubborn = { ...plan(deaf as [string, ...string[]]), stopMs: 200 }
    const keeper = new Keeper({ plan: stubborn, report })
    await keeper.start()
    await eventually('it is deaf', () => readFileSync(stubborn.log, 'utf8').includes('up'))
    await keeper.stop()
    expect(said.at(-1)).toMatch(/did not stop in 0.2 s and was killed/)
  })

  it('is adopted with the same settings, not with others', async () => {
    const born = await startChild({ ...plan(), settings: 'a' })
    await started()
    expect(adoptChild({ ...plan(), settings: 'b' })).toBeUndefined()
    const adopted = adoptChild({ ...plan(), settings: 'a' })
    expect(adopted?.identity.pid).toBe(born.identity.pid)
    const keeper = new Keeper({ plan: plan(), adopted, report })
    await keeper.start()
    expect(livingRecord(plan().record)?.pid).toBe(born.identity.pid)
    await keeper.stop()
    expect(isAlive(born.identity)).toBe(false)
  })
})
