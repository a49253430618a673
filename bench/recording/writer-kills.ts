/** The process that writes dies: what is on disk, beside what ffmpeg has by then. */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { count } from '../lib/bench.ts'
import { atMost } from '../lib/report.ts'
import { percentile, spread } from '../lib/stats.ts'
import { hasFfmpeg } from './ffmpeg.ts'
import { type Kill, kill } from './kills.ts'
import type { Part } from './part.ts'

/** Its loss hardly varies. */
const MOST_KILLS = 20
const FFMPEG_KILLS = 3

export const writerKills: Part = async (options, folder, say) => {
  const kills = Math.min(count(options, 'kills', MOST_KILLS), MOST_KILLS)
  const [parley, ffmpeg]: [Kill[], Kill[]] = [[], []]
  for (let number = 0; number < kills; number++) {
    parley.push(await kill('parley', mkdtempSync(join(folder, 'kill-'))))
    if (hasFfmpeg() && number < FFMPEG_KILLS)
      ffmpeg.push(await kill('ffmpeg', mkdtempSync(join(folder, 'kill-'))))
    if (number % 5 === 4) say(`killed ${number + 1} of ${kills} times`)
  }
  const lost = parley.map(({ lostMs }) => lostMs)
  const worst = Math.max(...lost)
  return {
    tables: [
      {
        title: 'kill -9 of the process that writes two calls',
        columns: ['', 'on disk', 'lost: p50', 'worst'],
        rows: [
          ['Parley', onDisk(parley), `${percentile(lost, 0.5).toFixed(0)} ms`, `${worst.toFixed(0)} ms`],
          ...(ffmpeg.length > 0 ? [['ffmpeg -c copy', onDisk(ffmpeg), '', '']] : []),
        ],
      },
    ],
    goals: [atMost(`lost by kill -9 of the writer, worst of ${lost.length}`, worst, 1_000, ' ms', 0)],
    notes: [],
    data: { parley, ffmpeg },
  }
}

const onDisk = (kills: Kill[]) =>
  `${spread(
    kills.map(({ bytes }) => bytes / 1_000),
    0,
  )} kB`
