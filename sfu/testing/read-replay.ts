/** Takes finalised recordings apart again, for tests. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReplayIndex } from '../control/replay-index.ts'
import { opusDurationMs } from '../recording/opus.ts'
import { readWebm } from './webm-reader.ts'
import { readCodedOpus } from './coded-media.ts'

export type Heard = { atMs: number; voice: number; number: number }

export async function readIndex(recordingsDir: string, path: string): Promise<ReplayIndex> {
  return ReplayIndex.parse(JSON.parse(await readFile(join(recordingsDir, path), 'utf8')))
}

/** The numbered packets of each side of a joined audio file, and how many ms of packets there are in all. */
export async function readJoined(path: string): Promise<{ sides: [Heard[], Heard[]]; durationMs: number }> {
  const sides: [Heard[], Heard[]] = [[], []]
  let durationMs = 0
  for await (const { data, atMs } of readWebm(path)) {
    const [left, right] = splitJoined(data)
    for (const [index, packet] of [left, right].entries()) {
      const coded = readCodedOpus(packet)
      if (coded !== null) sides[index === 0 ? 0 : 1].push({ atMs, ...coded })
    }
    durationMs += opusDurationMs(right)
  }
  return { sides, durationMs }
}

/** One frame a side, or six empty ones: what the finaliser writes. */
export function splitJoined(data: Uint8Array): [Uint8Array, Uint8Array] {
  const toc = data[0] ?? 0
  if ((toc & 3) === 0) {
    const first = data[1] ?? 0
    const long = first >= 252
    const size = long ? (data[2] ?? 0) * 4 + first : first
    const begin = long ? 3 : 2
    return [Uint8Array.of(toc, ...data.subarray(begin, begin + size)), data.subarray(begin + size)]
  }
  if (data.length === 5 && data[1] === 6) return [data.subarray(0, 2), data.subarray(3)]
  throw new Error(`not a packet of ours: ${Buffer.from(data.subarray(0, 8)).toString('hex')}`)
}
