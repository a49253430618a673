/** What recording costs and leaves behind, beside `ffmpeg -c copy` fed with the same packets. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { finaliseFolder } from '../sfu/recording/finalise.ts'
import { JOURNAL_FILE, readJournal } from '../sfu/recording/journal.ts'
import { AUDIO_FILE, segmentFile } from '../sfu/recording/paths.ts'
import { type KillsFound, runKills } from '../sfu/testing/kills.ts'
import { ensureMediaWorker } from '../scripts/setup/media-worker.ts'
import { createConsole } from '../scripts/setup/step.ts'
import { type Bench, count } from './lib/bench.ts'
import { cpuMs, memoryBytes } from './lib/proc.ts'
import { atMost, type Goal, type Report } from './lib/report.ts'
import { median, percentile, spread } from './lib/stats.ts'
import { type Kill, kill } from './recorder/kills.ts'
import { openRig, type Rig } from './recorder/open-rig.ts'
import { startFeed } from './recorder/opus-feed.ts'
import type { Mode } from './recorder/words.ts'

/** Starting is not what is measured. */
const SETTLE_MS = 1_500
/** Of a shorter call the heads of the files would be most of what is over. */
const SIZES_S = 60
/** 32 kb/s for half an hour of speech in an hour. */
const HALF_SILENT_HOUR_BYTES = 4_000 * 1_800

/** Of the part that writes alone: its loss hardly varies. */
const MOST_WRITER_KILLS = 20
/** Nodes that are killed at a time; more would starve each other. */
const LANES = 2

/** Of all calls together, ms of processor time a second, and memory. */
type Cost = { cpu: number; bytes: number }
type Sizes = {
  talking: number
  halfSilent: number
  finalised: number
  everything: number
  bytesPerHour: number
}
type Settings = { calls: number; rounds: number; seconds: number; kills: number }

export const recorder: Bench = {
  about: 'recording: processor time a call beside `ffmpeg -c copy`, size of files, what kill -9 leaves',
  options: {
    calls: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    kills: { type: 'string' },
  },
  async run(options, say) {
    const settings = {
      calls: count(options, 'calls', 10),
      rounds: count(options, 'rounds', 3),
      seconds: count(options, 'seconds', 6),
      kills: count(options, 'kills', 20),
    }
    process.env.MEDIASOUP_WORKER_BIN = await ensureMediaWorker(process.env, createConsole(process.stdout))
    const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
    try {
      const modes: Mode[] = ['nothing', 'parley', ...(hasFfmpeg() ? (['ffmpeg'] as const) : [])]
      const { costs, sizes } = await cost(folder, modes, settings, say)
      const kills = await allKills(folder, modes, Math.min(settings.kills, MOST_WRITER_KILLS), say)
      const whole = await wholeKills(settings.kills, say)
      return report(settings, costs, sizes, kills, whole)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const hasFfmpeg = () => spawnSync('ffmpeg', ['-version']).status === 0

type Costs = Record<Mode, Cost[]>

async function cost(folder: string, modes: Mode[], settings: Settings, say: (text: string) => void) {
  const rig = await openRig(folder, settings.calls)
  const feed = startFeed(rig.legs)
  const costs: Costs = { nothing: [], parley: [], ffmpeg: [] }
  let sizes: Sizes | null = null
  try {
    for (let number = 0; number <= settings.rounds; number++) {
      for (const mode of modes.map((_, index) => modes[(index + number) % modes.length] ?? 'nothing')) {
        const found = await oneRound(rig, mode, settings.seconds)
        if (number > 0) costs[mode].push(found)
      }
      say(number === 0 ? 'warmed up' : `round ${number} of ${settings.rounds}`)
    }
    const before = [feed.sentBytes(0), feed.sentBytes(1)]
    await oneRound(rig, 'parley', SIZES_S)
    sizes = await measureSizes(
      folder,
      before.map((bytes, leg) => feed.sentBytes(leg) - bytes),
    )
  } finally {
    feed.stop()
    await rig.stop()
  }
  if (sizes === null) throw new Error('nothing was recorded')
  return { costs, sizes }
}

async function oneRound(rig: Rig, mode: Mode, seconds: number): Promise<Cost> {
  const { pids } = await rig.order<{ pids: number[] }>({ do: 'record', mode })
  await delay(SETTLE_MS)
  const all = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0)
  const [cpu, begun] = [all(), performance.now()]
  await delay(seconds * 1_000)
  const used = (all() - cpu) / ((performance.now() - begun) / 1_000)
  const bytes = pids.reduce((sum, pid) => sum + memoryBytes(pid, 'Pss'), 0)
  await rig.order({ do: 'stop' })
  return { cpu: used, bytes }
}

/** Of the first call of the newest recording, against the payload that was sent while it ran. */
async function measureSizes(folder: string, payload: number[]): Promise<Sizes> {
  const rounds = readdirSync(folder).filter((name) => name.startsWith('parley-'))
  const newest = Math.max(...rounds.map((name) => Number(name.slice('parley-'.length))))
  const place = join(folder, `parley-${newest}`, 'call-0')
  const opened = (await readJournal(join(place, JOURNAL_FILE))).filter((line) => line.t === 'open')
  const size = (seat: string) => {
    const segments = opened.filter((line) => line.seat === seat)
    return segments.reduce((sum, { seg }) => sum + statSync(segmentFile(place, seg)).size, 0)
  }
  const everything = readdirSync(place).reduce((sum, name) => sum + statSync(join(place, name)).size, 0)
  const finalised = await finaliseFolder(place)
  const [talking = 0, halfSilent = 0] = payload
  return {
    talking: size('v') / talking,
    halfSilent: size('a') / halfSilent,
    finalised:
      statSync(join(place, finalised?.index.audio?.file ?? AUDIO_FILE)).size / (talking + halfSilent),
    everything: everything / (talking + halfSilent),
    bytesPerHour: (size('a') / halfSilent) * HALF_SILENT_HOUR_BYTES,
  }
}

type Kills = Record<'parley' | 'ffmpeg', Kill[]>

async function allKills(
  folder: string,
  modes: Mode[],
  rounds: number,
  say: (text: string) => void,
): Promise<Kills> {
  const kills: Kills = { parley: [], ffmpeg: [] }
  for (let number = 0; number < rounds; number++) {
    kills.parley.push(await kill('parley', mkdtempSync(join(folder, 'kill-'))))
    if (modes.includes('ffmpeg') && number < 3) {
      kills.ffmpeg.push(await kill('ffmpeg', mkdtempSync(join(folder, 'kill-'))))
    }
    if (number % 5 === 4) say(`killed ${number + 1} of ${rounds} times`)
  }
  return kills
}

/** Of the node as it is, with a worker, peers and what finalises after it. */
async function wholeKills(kills: number, say: (text: string) => void): Promise<KillsFound> {
  say(`killing whole nodes and workers, ${kills} times`)
  return await runKills({ kills, lanes: Math.min(LANES, kills), seed: Math.floor(Math.random() * 2 ** 31) })
}

function neverLost({ kills, finalisedMs, broken, orphaned }: KillsFound): Goal[] {
  const valid = kills.filter(({ starved }) => !starved)
  const lost = valid.length === 0 ? Number.NaN : Math.max(...valid.map(({ lostMs }) => lostMs))
  return [
    atMost(`lost a track by kill -9 of node or worker, worst of ${valid.length}`, lost, 1_000, ' ms', 0),
    atMost('of those recordings not playable to their end', broken.length, 0, '', 0),
    atMost('left behind', orphaned.length, 0, '', 0),
    atMost('the last of them finalised after the start', finalisedMs / 1_000, 30, ' s'),
  ]
}

function report(settings: Settings, costs: Costs, sizes: Sizes, kills: Kills, whole: KillsFound): Report {
  const { calls, rounds, seconds } = settings
  const extra = (mode: Mode) =>
    costs[mode].map((one, index) => {
      const base = costs.nothing[index] ?? one
      return { cpu: (one.cpu - base.cpu) / calls / 10, bytes: (one.bytes - base.bytes) / calls }
    })
  const row = (mode: Mode, title: string) => [
    title,
    `${spread(
      extra(mode).map(({ cpu }) => cpu),
      2,
    )} %`,
    `${spread(
      extra(mode).map(({ bytes }) => bytes / 1e6),
      1,
    )} MB`,
    mode === 'nothing' ? '' : survival(kills[mode]),
  ]
  const ffmpeg = extra('ffmpeg')
  const ratios = extra('parley').map(({ cpu }, index) => cpu / (ffmpeg[index]?.cpu ?? Number.NaN))
  const lost = kills.parley.map(({ lostMs }) => lostMs)
  const over = (ratio: number) => (ratio - 1) * 100
  const goals: Goal[] = [
    ...(ffmpeg.length > 0 ? [atMost('processor time ÷ ffmpeg’s', median(ratios), 1, '×', 2)] : []),
    atMost('append-only file over its payload', over(sizes.talking), 15, ' %'),
    atMost('joined audio over its payload', over(sizes.finalised), 9, ' %'),
    atMost('an hour of one side, half of it silent', sizes.bytesPerHour / 1e6, 8.5, ' MB', 2),
    atMost(`lost by kill -9, worst of ${lost.length}`, Math.max(...lost), 1_000, ' ms', 0),
    ...neverLost(whole),
  ]
  return {
    title: `recorder: ${calls} calls of two sides, Opus at 32 kb/s, one side half silent`,
    tables: [
      {
        title: `more than unrecorded, a call; ${rounds} rounds of ${seconds} s; median (min–max)`,
        columns: ['', 'one core', 'memory', 'on disk after kill -9'],
        rows: [
          row('parley', 'Parley, in the media node'),
          ...(ffmpeg.length > 0 ? [row('ffmpeg', 'PlainTransport and ffmpeg -c copy')] : []),
        ],
      },
      {
        title: `bytes over the Opus payload, a call of ${SIZES_S} s`,
        columns: ['', 'over'],
        rows: [
          ['append-only file, talking all the time', `${over(sizes.talking).toFixed(1)} %`],
          ['append-only file, half silent, silence filled in', `${over(sizes.halfSilent).toFixed(1)} %`],
          ['all raw files of a call', `${over(sizes.everything).toFixed(1)} %`],
          ['both sides joined', `${over(sizes.finalised).toFixed(1)} %`],
        ],
      },
    ],
    goals,
    notes: [
      ...(ffmpeg.length === 0 ? ['ffmpeg is not installed: no reference beside the processor time.'] : []),
      `Lost by kill -9: p50 ${percentile(lost, 0.5).toFixed(0)} ms, worst ${Math.max(...lost).toFixed(0)} ms of sound.`,
      'Processor time of the node, its worker and the ffmpegs, less that of the same calls unrecorded.',
    ],
    data: { settings, costs, sizes, kills, whole },
  }
}

function survival(kills: Kill[]): string {
  if (kills.length === 0) return ''
  const bytes = kills.map((one) => one.bytes / 1_000)
  return `${spread(bytes, 0)} kB`
}
