/**
 * Files of earlier builds stay beside the present one's for a while: a page that was loaded before an upgrade still
 * fetches parts of itself by their old names.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEEP_MS = 7 * 24 * 3_600_000
/** Together; of more than this the oldest go first. */
const KEEP_BYTES = 48 * 1024 * 1024

/** Since when a file belongs to no build any more, ms since 1970; of one that does, no line. */
type Retired = Record<string, number>

/**
 * Notes which files of `folder` the build that has just ended has not made, and deletes those that have been so for a week.
 * `made`: names of the present build's; `list`: where it is noted.
 */
export function retireAssets(folder: string, made: ReadonlySet<string>, list: string, now: number): void {
  if (!existsSync(folder)) return
  const before = read(list)
  const old = readdirSync(folder)
    .filter((name) => !made.has(name))
    .map((name) => ({ name, since: before[name] ?? now, bytes: statSync(join(folder, name)).size }))
    .sort((a, b) => b.since - a.since)
  const kept: Retired = {}
  let bytes = 0
  for (const one of old) {
    bytes += one.bytes
    if (now - one.since < KEEP_MS && bytes <= KEEP_BYTES) kept[one.name] = one.since
    else rmSync(join(folder, one.name), { recursive: true })
  }
  writeFileSync(list, JSON.stringify(kept))
}

function read(list: string): Retired {
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Retired) : {}
}
