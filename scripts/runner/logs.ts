import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { messageOf } from './errors.ts'

const LOG_BYTES = 20 * 1024 * 1024
const LOOK_MS = 10_000

/**
 * Cuts each `*.log` in `folder` that has grown beyond `bytes`, at once and then every `everyMs`: what it held becomes
 * `NAME.log.1` in place of what that held. `report` hears of a failure. Returns the way to stop.
 */
export function boundLogs(
  folder: string,
  report: (text: string) => void,
  { bytes = LOG_BYTES, everyMs = LOOK_MS } = {},
): () => void {
  const look = () => {
    try {
      for (const name of readdirSync(folder)) {
        const log = join(folder, name)
        if (name.endsWith('.log') && statSync(log).size > bytes) cut(log)
      }
    } catch (error) {
      // Nothing but the log is at stake, and the next look may find room on the disk.
      report(`logs could not be cut: ${messageOf(error)}`)
    }
  }
  look()
  const timer = setInterval(look, everyMs).unref()
  return () => clearInterval(timer)
}

/**
 * In place, since processes that outlive us have it open: they append, so that what they write next begins the file anew. Between
 * the last look at its end and the cut lie microseconds, in which a line could be lost.
 */
function cut(log: string): void {
  const part = `${log}.part`
  try {
    move(log, part)
    renameSync(part, `${log}.1`)
  } finally {
    rmSync(part, { force: true })
  }
}

function move(log: string, part: string): void {
  copyFileSync(log, part)
  const from = openSync(log, 'r+')
  const to = openSync(part, 'a')
  try {
    const buffer = Buffer.alloc(64 * 1024)
    for (let at = fstatSync(to).size; ; ) {
      const count = readSync(from, buffer, 0, buffer.length, at)
      if (count === 0) break
      writeSync(to, buffer, 0, count)
      at += count
    }
    ftruncateSync(from)
  } finally {
    closeSync(from)
    closeSync(to)
  }
}
