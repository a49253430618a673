/** kill -9 of the recording process at random moments: what of the files is left, against what had been sent by then. */
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readdirSync, statSync } from 'node:fs'
import { JOURNAL_FILE, readJournal } from '../../sfu/recording/journal.ts'
import { segmentFile } from '../../sfu/recording/paths.ts'
import { readRaw } from '../../sfu/recording/raw-reader.ts'
import { numberIn, PACKET_MS, startFeed } from './feed.ts'
import { openRig } from './open-rig.ts'
import type { Mode } from './words.ts'

/** `lostMs`: sound sent before the kill that no file holds. `bytes`: what is on disk. */
export type Kill = { lostMs: number; bytes: number; afterMs: number }

const CALLS = 2
/** The seat of the leg that never falls silent. */
const TALKS = 'v'

export async function kill(mode: Mode, folder: string): Promise<Kill> {
  const rig = await openRig(folder, CALLS)
  const feed = startFeed(rig.legs)
  try {
    const { pids } = await rig.order<{ pids: number[] }>({ do: 'record', mode })
    const afterMs = 2_000 + Math.random() * 4_000
    await delay(afterMs)
    // Ours dies as a whole; ffmpeg dies by itself.
    const victims = mode === 'ffmpeg' ? pids.slice(2) : pids.slice(0, 1)
    for (const pid of victims) process.kill(pid, 'SIGKILL')
    const last = feed.number()
    const files = filesBelow(folder)
    const lost = mode === 'parley' ? await newest(folder) : null
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
    return { bytes, afterMs, lostMs: lost === null ? Number.NaN : (last - lost) * PACKET_MS }
  } finally {
    feed.stop()
    await rig.stop()
  }
}

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(webm|mkv)$/.test(name))
    .map((name) => join(folder, name))

/** The newest packet on disk of the legs that talk all the time; of those the one that has come least far. */
async function newest(folder: string): Promise<number> {
  const ends = await Promise.all(callsBelow(folder).map(newestOfTalker))
  return ends.length < CALLS ? 0 : Math.min(...ends)
}

const callsBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => basename(name) === JOURNAL_FILE)
    .map((name) => join(folder, dirname(name)))

async function newestOfTalker(call: string): Promise<number> {
  const lines = await readJournal(join(call, JOURNAL_FILE))
  const opened = lines.find((line) => line.t === 'open' && line.seat === TALKS)
  if (opened?.t !== 'open') return 0
  let last = 0
  for await (const { data } of readRaw(segmentFile(call, opened.seg))) last = numberIn(data) ?? last
  return last
}
