/** The server's process: environment, signals. `--check-config` only says whether the settings are right, and the database where it answers. */
import { createApp } from './app.ts'
import { parseConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { unfitnessOf } from './storage/fit.ts'

const STOP_MS = 8_000

function readConfig() {
  try {
    return parseConfig(process.env)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}

async function run(): Promise<void> {
  const config = readConfig()
  if (!config) {
    process.exitCode = 1
    return
  }
  if (process.argv.includes('--check-config')) {
    const unfit = await unfitnessOf(config.databaseUrl)
    if (unfit === null) return
    process.stderr.write(`${unfit}\n`)
    process.exitCode = 1
    return
  }
  const log = createLogger(config.logLevel)
  const app = createApp(config, log)
  let stopping = false
  const stop = (why: string) => {
    if (stopping) return
    stopping = true
    log.info({ why }, 'stopping')
    // Whatever still hangs then is not worth waiting for: nothing of truth is in this process.
    setTimeout(() => process.exit(1), STOP_MS).unref()
    app.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was let go'))
  try {
    const { port } = await app.start()
    log.info({ port, host: config.host }, 'ready')
  } catch (err) {
    log.fatal({ err }, 'could not start')
    process.exit(1)
  }
}

await run()
