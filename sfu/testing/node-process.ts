/** The media node as a process of its own, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'

export type NodeProcess = { child: ChildProcess; exited: Promise<void> }

/** Starts `main.ts` with this configuration, in a process group of its own. */
export async function spawnNode(config: Config): Promise<NodeProcess> {
  const secrets = join(config.dataDir, 'secrets.json')
  await writeFile(secrets, JSON.stringify({ controlToken: config.controlToken }), { mode: 0o600 })
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATA_DIR: config.dataDir,
      SECRETS_FILE: secrets,
      SFU_SOCKET: config.socketPath,
      MEDIA_PORT: String(config.mediaPort),
      MEDIA_WORKERS: String(config.workers),
      RECORDINGS_FLOOR_MB: String(config.recordingsFloorBytes / 1024 / 1024),
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  return { child, exited }
}
