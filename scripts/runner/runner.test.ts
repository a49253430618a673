import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { isAlive } from './identity.ts'
import { type Paths, preparePaths } from './paths.ts'
import { livingRecord, type ProcessRecord } from './record.ts'
import { type RunnerOptions, startRunner } from './runner.ts'
import { runnerSettings } from './settings.ts'
import { eventually, standIn, temporaryFolder } from './testing.ts'

let folder: ReturnType<typeof temporaryFolder>
let paths: Paths
let journal: string

beforeEach(() => {
  folder = temporaryFolder()
  paths = preparePaths(join(folder.path, 'data'))
  journal = join(folder.path, 'journal')
})
afterEach(() => folder.remove())

const lines = () => (existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : [])
const recordOf = (name: string) => livingRecord(join(paths.run, `${name}.json`))

function options(): RunnerOptions {
  return {
    paths,
    settings: runnerSettings({}, paths, { databaseUrl: 'postgres://none', workerBin: '/none' }),
    root: folder.path,
    sfu: standIn('sfu', journal),
    server: standIn('server', journal),
    postgres: undefined,
    beforeServer: async () => {},
    report: () => {},
  }
}

async function bothRun(): Promise<{ sfu: ProcessRecord; server: ProcessRecord }> {
  return eventually('both run', () => {
    const [sfu, server] = [recordOf('sfu'), recordOf('server')]
    return (
      sfu !== undefined &&
      server !== undefined &&
      lines().filter((line) => line.endsWith('started')).length >= 2 && { sfu, server }
    )
  })
}

describe('the runner', () => {
  it('stops the media node first, so that the server writes down what it says, then the server', async () => {
    const runner = await startRunner(options())
    const { sfu, server } = await bothRun()
    await runner.stop()
    await runner.stop()
    expect(lines().slice(-2)).toEqual(['sfu stopped', 'server stopped'])
    expect([isAlive(sfu), isAlive(server)]).toEqual([false, false])
  })

  it('starts a killed server again and leaves the media node alone', async () => {
    const runner = await startRunner(options())
    const before = await bothRun()
    process.kill(before.server.pid, 'SIGKILL')
    await eventually('another server', () => {
      const now = recordOf('server')
      return now !== undefined && now.pid !== before.server.pid
    })
    expect(isAlive(before.sfu)).toBe(true)
    await runner.stop()
  })

  it('killed itself, leaves all running; the next one takes over the media node and replaces the server', async () => {
    const first = spawnRunner(options())
    const before = await bothRun()
    first.kill('SIGKILL')
    await eventually('the first runner is gone', () => first.signalCode === 'SIGKILL')
    expect([isAlive(before.sfu), isAlive(before.server)]).toEqual([true, true])
    const second = await startRunner(options())
    expect(recordOf('sfu')?.pid).toBe(before.sfu.pid)
    expect(recordOf('server')?.pid).not.toBe(before.server.pid)
    expect(isAlive(before.server)).toBe(false)
    await eventually('the new server is up', () => lines().at(-1) === 'server started')
    await second.stop()
    expect(isAlive(before.sfu)).toBe(false)
  })

  it('replaces a media node that was started with other settings', async () => {
    const first = spawnRunner(options())
    const before = await bothRun()
    first.kill('SIGKILL')
    const other = options()
    const second = await startRunner({ ...other, settings: { ...other.settings, mediaSettings: 'other' } })
    expect(isAlive(before.sfu)).toBe(false)
    await second.stop()
  })

  it('ends everything at once when forced', async () => {
    const runner = await startRunner(options())
    const { sfu, server } = await bothRun()
    runner.force()
    await eventually('both are gone', () => !isAlive(sfu) && !isAlive(server))
    expect(lines()).not.toContain('server stopped')
    await runner.stop()
  })
})

/** A runner in a process of its own, which can be killed. */
function spawnRunner(given: RunnerOptions) {
  const { beforeServer: _, report: __, ...plain } = given
  const code = `
    import { startRunner } from ${JSON.stringify(join(import.meta.dirname, 'runner.ts'))}
    await startRunner({ ...${JSON.stringify(plain)}, beforeServer: async () => {}, report: () => {} })
    setInterval(() => {}, 1000)`
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', code], { stdio: 'inherit' })
}
