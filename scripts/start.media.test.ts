import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { identify } from './runner/identity.ts'
import { eventually, temporaryFolder } from './runner/testing.ts'
import { ROOT } from './setup/project.ts'
import { freeMediaPorts, freePort, type Stack, type StackProcess, startStack } from './test-env.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

const isReady = async ({ port }: Pick<Stack, 'port'>) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  )

async function killAndWait(stack: Stack, name: StackProcess): Promise<void> {
  const before = stack.pids()[name]
  process.kill(before ?? 0, 'SIGKILL')
  await eventually(`another ${name}`, () => ![before, undefined].includes(stack.pids()[name]))
  await eventually('ready again', () => isReady(stack))
}

describe('npm start', () => {
  it('starts what is killed again, alone', async () => {
    const stack = await startStack({ dataDir: folder.path })
    const first = Number(stack.mediaPort)
    expect(stack.output()).toContain(`Calls      127.0.0.1, ports ${first} to ${first + 1}, UDP and TCP`)
    expect(stack.output()).toContain(`Demo shop  ${stack.url}/demo`)
    for (const name of ['server', 'postgres', 'sfu'] as const) {
      const { [name]: _, ...others } = stack.pids()
      await killAndWait(stack, name)
      expect(stack.pids()).toMatchObject(others)
    }
    expect(await stack.stop()).toBe(0)
    expect(Object.values(stack.pids())).toEqual([undefined, undefined, undefined, undefined])
  }, 120_000)

  it('killed itself, is followed by one that takes over the media node and the database', async () => {
    const first = await startStack({ dataDir: folder.path })
    const before = first.pids()
    process.kill(before.runner ?? 0, 'SIGKILL')
    await eventually('the runner is gone', () => first.pids().runner === undefined)
    expect(await isReady(first)).toBe(true)
    const second = await startStack({
      dataDir: folder.path,
      port: first.port,
      env: { MEDIA_PORT: first.mediaPort, DEMO: '0' },
    })
    expect(second.output()).not.toContain('/demo')
    const { sfu, postgres } = second.pids()
    expect({ sfu, postgres }).toEqual({ sfu: before.sfu, postgres: before.postgres })
    expect(identify(before.server ?? 0)).toBeUndefined()
    expect(await second.stop()).toBe(0)
  }, 120_000)

  it('stops in order on Ctrl-C in a real terminal', async () => {
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      DATA_DIR: folder.path,
      PORT: String(await freePort()),
      MEDIA_PORT: String(await freeMediaPorts(4)),
    }
    // `exec`: a shell between the terminal and npm takes Ctrl-C too, and some shells end by it whatever npm answers.
    const command = ['-q', '-e', '-f', '-c', 'exec npm start', '/dev/null']
    const terminal = spawn('script', command, { cwd: ROOT, env })
    let output = ''
    terminal.stdout.on('data', (data: Buffer) => {
      output += data.toString('utf8')
    })
    await eventually('it is ready', () => /Stop\s+Ctrl-C/.test(output), 100_000)
    terminal.stdin.write('\x03')
    const [code] = await once(terminal, 'exit')
    const stops = readFileSync(join(folder.path, 'logs', 'runner.log'), 'utf8').match(/\w+ stopped$/gm)
    expect(stops).toEqual(['sfu stopped', 'server stopped', 'postgres stopped'])
    expect(code).toBe(0)
  }, 120_000)
})
