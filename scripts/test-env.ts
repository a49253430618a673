import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DemoLink } from './runner/ready.ts'
import { freshLinks } from './runner/ready.ts'
import { livingRecord } from './runner/record.ts'
import { MODULES, ROOT } from './setup/project.ts'

export interface StackOptions {
  /** Kept after stop(); without it a temporary one is made and removed. */
  dataDir?: string
  port?: number
  /** Settings on top. */
  env?: NodeJS.ProcessEnv
}

export type StackProcess = 'server' | 'sfu' | 'postgres' | 'runner'

/** The whole product, running. */
export interface Stack {
  /** PUBLIC_URL, without a slash at the end */
  url: string
  port: number
  mediaPort: string
  dataDir: string
  /** The demo people's one-time links, as of the start. */
  links: DemoLink[]
  /** The processes that run at this moment, by name. */
  pids(): Partial<Record<StackProcess, number>>
  /** What `npm start` has printed so far. */
  output(): string
  /** Ctrl-C; resolves with the exit code. Safe to call twice. */
  stop(): Promise<number | null>
}

const READY_MS = 120_000
const NAMES: StackProcess[] = ['server', 'sfu', 'postgres', 'runner']

/** Starts Parley as `npm start` does, on free ports, and resolves when it is ready. Throws with its output if it does not get there. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'parley-stack-'))
  const port = options.port ?? (await freePort())
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_OPTIONS: '',
    // Its processes are started many times a run.
    NODE_COMPILE_CACHE: join(MODULES, '.cache', 'parley-compiled'),
    LOG_LEVEL: 'info',
    PORT: String(port),
    MEDIA_PORT: String(await freeMediaPorts(4)),
    DATA_DIR: dataDir,
    DATABASE_URL: '',
    ...options.env,
  }
  const since = Date.now()
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'start.ts')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = await untilReady(child)
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const run = join(dataDir, 'run')
  return {
    url: env.PUBLIC_URL ?? `http://localhost:${port}`,
    port,
    mediaPort: env.MEDIA_PORT ?? '',
    dataDir,
    links: freshLinks(join(run, 'links.json'), since),
    output,
    pids: () => Object.fromEntries(NAMES.map((name) => [name, livingRecord(join(run, `${name}.json`))?.pid])),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      const code = (child.exitCode ?? child.signalCode !== null) ? child.exitCode : await exited
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
      return code
    },
  }
}

/** Resolves, with a view of what is printed, when readiness is announced. */
function untilReady(child: ChildProcess): Promise<() => string> {
  let text = ''
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGINT')
      reject(new Error(`Parley did not start: ${why}\n${text}`))
    }
    const timer = setTimeout(() => fail('not ready in time'), READY_MS)
    const onData = (data: Buffer) => {
      text += data.toString('utf8')
      if (!/Stop\s+Ctrl-C/.test(text)) return
      clearTimeout(timer)
      resolve(() => text)
    }
    child.stdout?.on('data', onData)
    child.stderr?.on('data', onData)
    child.on('error', (error) => fail(error.message))
    child.on('exit', (code) => {
      clearTimeout(timer)
      fail(`it ended with code ${code}`)
    })
  })
}

/** The last lines of one process's log, to show with a failure. */
export function logOf(stack: Stack, name: StackProcess): string {
  return readFileSync(join(stack.dataDir, 'logs', `${name}.log`), 'utf8')
    .split('\n')
    .slice(-40)
    .join('\n')
}

/** A TCP port on loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

/** The first of `count` ports in a row that are free for UDP now, outside the range that the system hands out by itself. */
export async function freeMediaPorts(count: number): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const first = 20_000 + Math.floor(Math.random() * 1_200) * 10
    const ports = Array.from({ length: count }, (_, index) => first + index)
    if ((await Promise.all(ports.map(isFreeForUdp))).every(Boolean)) return first
  }
  throw new Error('No free media ports')
}

function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false))
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
  })
}
