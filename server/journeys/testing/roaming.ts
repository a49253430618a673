/** A machine that changes its network: a namespace with one cable to this machine, and an address that can be swapped. */
import { execFile, execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { relayUdp } from './udp-relay.ts'

const run = promisify(execFile)
const NAME = `parley${process.pid}`
/** A network of documentation addresses, RFC 5737: nobody's own. */
const HERE = '198.51.100.1'
const THERE = ['198.51.100.2', '198.51.100.3'] as const

/** Why no namespace can be had here; null where it can. */
export function whyNoNamespace(): string | null {
  try {
    execFileSync('ip', ['netns', 'add', `${NAME}t`], { stdio: 'pipe' })
    execFileSync(
      'ip',
      ['link', 'add', `${NAME}t`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${NAME}t`],
      { stdio: 'pipe' },
    )
    execFileSync('ip', ['link', 'del', `${NAME}t`], { stdio: 'pipe' })
    return null
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)
  } finally {
    try {
      execFileSync('ip', ['netns', 'del', `${NAME}t`], { stdio: 'pipe' })
    } catch {
      // Never made.
    }
  }
}

export type Roaming = {
  /** How media gets to this machine from everywhere. */
  address: string
  /** Chromium of the namespace, where `localhost` is this machine's. */
  browser: { executablePath: string; args: string[] }
  /** The address is taken away: nothing goes either way, and nobody is told. */
  leave(): Promise<void>
  /** Another address than before is there. Resolves with the moment from which it works, ms since 1970. */
  arrive(): Promise<number>
  close(): Promise<void>
}

/** `tcp`, `udp`: ports of 127.0.0.1 that the namespace reaches. Needs root. */
export async function openRoaming(ports: { tcp: number; udp: number[] }): Promise<Roaming> {
  const inside = (...args: string[]) => run('ip', ['-n', NAME, ...args])
  await run('ip', ['netns', 'add', NAME])
  await run('ip', ['link', 'add', NAME, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', NAME])
  await run('ip', ['addr', 'add', `${HERE}/24`, 'dev', NAME])
  await run('ip', ['link', 'set', NAME, 'up'])
  await inside('link', 'set', 'lo', 'up')
  await inside('link', 'set', 'eth0', 'up')
  const folder = await mkdtemp(join(tmpdir(), 'roaming-'))
  const executablePath = join(folder, 'chromium')
  const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium'
  await writeFile(executablePath, `#!/bin/sh\nexec ip netns exec ${NAME} ${chromium} "$@"\n`)
  await chmod(executablePath, 0o755)
  const relays = await Promise.all([relayTcp(ports.tcp), ...ports.udp.map((port) => relayUdp(HERE, port))])
  let turn = 0
  const place = () => [`${THERE[turn % 2]}/24`, 'dev', 'eth0']
  const arrive = async (): Promise<number> => {
    turn++
    await inside('addr', 'add', ...place())
    await inside('route', 'replace', 'default', 'via', HERE)
    return Date.now()
  }
  await arrive()
  return {
    address: HERE,
    browser: { executablePath, args: [`--host-resolver-rules=MAP localhost ${HERE}`] },
    leave: async () => void (await inside('addr', 'del', ...place())),
    arrive,
    async close() {
      for (const end of relays) end()
      await run('ip', ['link', 'del', NAME])
      await run('ip', ['netns', 'del', NAME])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Parley listens on loopback alone, where no namespace reaches it. Returns the end. */
async function relayTcp(port: number): Promise<() => void> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    const product = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, product],
      [product, client],
    ] as const) {
      sockets.add(from)
      from.setNoDelay()
      from.on('error', () => from.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(port, HERE, resolve))
  return () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}
