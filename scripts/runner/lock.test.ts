import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { identify, isAlive } from './identity.ts'
import { acquireLock, LockHeldError } from './lock.ts'
import { recordOf, writeRecord } from './record.ts'
import { temporaryFolder } from './testing.ts'

let folder: ReturnType<typeof temporaryFolder>
let path: string

beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder.path, 'lock.json')
})
afterEach(() => folder.remove())

describe('a process', () => {
  it('is told apart from a later one of the same number', () => {
    const own = identify(process.pid)
    expect(own).toBeDefined()
    expect(isAlive({ pid: process.pid, startTime: own?.startTime ?? '' })).toBe(true)
    expect(isAlive({ pid: process.pid, startTime: 'another boot/1' })).toBe(false)
  })

  it('is gone once it has ended, remains included', async () => {
    const child = spawn('true')
    await once(child, 'exit')
    expect(identify(child.pid ?? 0)).toBeUndefined()
  })
})

describe('the lock', () => {
  it('refuses a second taker at once and says who holds it', () => {
    const lock = acquireLock(path)
    expect(() => acquireLock(path)).toThrow(LockHeldError)
    expect(() => acquireLock(path)).toThrow(new RegExp(`Process ${process.pid} holds it since \\d{4}-`))
    lock.release()
    lock.release()
    acquireLock(path).release()
    expect(existsSync(path)).toBe(false)
  })

  it('is taken over from a holder whose number now belongs to somebody else', () => {
    writeRecord(path, { ...recordOf(process.pid), startTime: 'an earlier boot/7' })
    expect(() => acquireLock(path).release()).not.toThrow()
  })

  it('goes to exactly one of many that find a dead holder', async () => {
    writeRecord(path, { pid: 2 ** 22 + 1, startTime: 'none/1', startedAt: new Date().toISOString() })
    const code = `
      import { acquireLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
      try { acquireLock(process.argv[1]); console.log('won') } catch { console.log('lost') }
      process.stdin.resume()`
    const takers = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module-typescript', '-e', code, path], {
        stdio: ['pipe', 'pipe', 'ignore'],
      }),
    )
    const answers = await Promise.all(
      takers.map(async (taker) => String((await once(taker.stdout, 'data'))[0]).trim()),
    )
    for (const taker of takers) taker.kill('SIGKILL')
    expect(answers.sort()).toEqual(['lost', 'lost', 'lost', 'lost', 'lost', 'won'])
  })
})
