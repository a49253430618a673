/** What recording costs, keeps and loses. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureMediaWorker } from '../scripts/setup/media-worker.ts'
import { createConsole } from '../scripts/setup/step.ts'
import type { Bench } from './lib/bench.ts'
import { cost } from './recording/cost.ts'
import { drift } from './recording/drift.ts'
import type { Found, Part } from './recording/part.ts'
import { pauses } from './recording/pauses.ts'
import { sizes } from './recording/sizes.ts'
import { powerCuts, wholeKills } from './recording/whole-kills.ts'
import { writerKills } from './recording/writer-kills.ts'

const parts: Record<string, Part> = {
  cost,
  sizes,
  drift,
  writer: writerKills,
  kills: wholeKills,
  cuts: powerCuts,
  pauses,
}

export const recording: Bench = {
  about:
    'recording: cost beside `ffmpeg -c copy`, size of files, drift, what kills, power cuts and pauses leave',
  options: {
    part: { type: 'string' },
    calls: { type: 'string' },
    media: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    minutes: { type: 'string' },
    kills: { type: 'string' },
    cuts: { type: 'string' },
    pauses: { type: 'string' },
  },
  async run(options, say) {
    const names = String(options['part'] ?? 'cost').split(',')
    const unknown = names.filter((name) => parts[name] === undefined)
    if (unknown.length > 0)
      throw new Error(`--part takes ${Object.keys(parts).join(', ')}, not ${unknown.join(', ')}`)
    process.env.MEDIASOUP_WORKER_BIN = await ensureMediaWorker(process.env, createConsole(process.stdout))
    const found: Record<string, Found> = {}
    for (const name of names) {
      const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
      try {
        const one = await parts[name]?.(options, folder, (text) => say(`${name}: ${text}`))
        if (one !== undefined) found[name] = one
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
    const all = Object.values(found)
    return {
      title: `recording: ${names.join(', ')}`,
      tables: all.flatMap(({ tables }) => tables),
      goals: all.flatMap(({ goals }) => goals),
      notes: all.flatMap(({ notes }) => notes),
      data: Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data])),
    }
  },
}
