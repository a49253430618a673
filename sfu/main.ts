/** The media node's process: settings, signals, and the exit code. The only file of the node that does these. */
import { readFile } from 'node:fs/promises'
import { pino } from 'pino'
import { defaultRouteAddress } from './address.ts'
import { type Config, ConfigError, parseConfig, secretsFile } from './config.ts'
import { createNode } from './node.ts'

async function main(): Promise<void> {
  const secrets = await readSecrets(secretsFile(process.env))
  const config = parseConfig(process.env, secrets, await defaultRouteAddress())
  if (process.argv.includes('--check-config')) return void process.stdout.write(`${whereCallsGo(config)}\n`)
  const log = pino({ level: config.logLevel, name: 'sfu' })
  const node = await createNode(config, { log })

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'media node stops')
    node.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'media node did not stop in order')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  // Its starter may die before it: a pipe nobody reads any more must not end calls.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  await node.start()
}

/** What browsers are told, and what a firewall must let in. */
function whereCallsGo({ host, announcedAddress = host, mediaPort, workers }: Config): string {
  const last = mediaPort + workers - 1
  const ports = last > mediaPort ? `ports ${mediaPort} to ${last}` : `port ${mediaPort}`
  return `${announcedAddress}, ${ports}, UDP and TCP`
}

/** Null when there is no such file or it may not be read. */
async function readSecrets(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

main().catch((error: unknown) => {
  const text =
    error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`The media node cannot start:\n${text}\n`)
  process.exit(1)
})
