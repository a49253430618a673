import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { startChild, stopProcess } from './child.ts'
import { boundLogs } from './logs.ts'
import { eventually, planFor, temporaryFolder } from './testing.ts'

it('a log stays within its bounds while its process goes on writing, and the last lines are there', async () => {
  const folder = temporaryFolder()
  const code = `let line = 0; setInterval(() => { for (let i = 0; i < 50; i++) console.log('line ' + line++) }, 1)`
  const plan = planFor('talker', [process.execPath, '-e', code], folder.path)
  const failures: string[] = []
  const child = await startChild(plan)
  const stop = boundLogs(folder.path, (text) => failures.push(text), { bytes: 100_000, everyMs: 10 })
  const [now, before] = [plan.log, `${plan.log}.1`]
  const last = () => Number(/line (\d+)\n$/.exec(readFileSync(now, 'utf8'))?.[1] ?? 0)
  try {
    // Far more than both files together may hold.
    await eventually('a hundred thousand lines', () => last() > 100_000)
  } finally {
    stop()
    await stopProcess(child.identity, plan)
  }
  const lines = readFileSync(before, 'utf8') + readFileSync(now, 'utf8')
  expect(lines).toMatch(/^(line \d+\n)+$/)
  expect(statSync(before).size).toBeGreaterThan(100_000)
  expect(statSync(before).size + statSync(now).size).toBeLessThan(1_000_000)
  expect([failures, existsSync(join(folder.path, 'talker.log.part'))]).toEqual([[], false])
  folder.remove()
}, 30_000)
