/** kill -9 of the recording process at random moments: what of the files is left, against what had been sent by then. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readdirSync, statSync } from 'node:fs'
import { readRaw } from '../../sfu/recording/raw-reader.ts'
import { numberIn, PACKET_MS, startFeed } from './opus-feed.ts'
import { openRig } from './open-rig.ts'
import type { Mode } from './words.ts'

/** `lostMs`: sound sent before the kill that no file holds. `bytes`: what is on disk. */
export type Kill = { lostMs: number; bytes: number; afterMs: number }

const CALLS = 2

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
    const lost = mode === 'parley' ? await newest(files) : null
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
    return { bytes, afterMs, lostMs: lost === null ? Number.NaN : (last - lost) * PACKET_MS }
  } finally {
    feed.stop()
    await rig.stop()
  }
}

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(webm|mka)$/.test(name))
    .map((name) => join(folder, name))

/** The newest packet of each file; of the legs that talk all the time, the one that has come least far. */
async function newest(files: string[]): Promise<number> {
  const ends = await Promise.all(
    files.map(async (file) => {
      let last = 0
      let filled = false
      for await (const { data } of readRaw(file)) {
        const number = numberIn(data)
        filled ||= number === null
        last = number ?? last
      }
      return { last, filled }
    }),
  )
  const talking = ends.filter(({ filled }) => !filled).map(({ last }) => last)
  return talking.length === 0 ? 0 : Math.min(...talking)
}
