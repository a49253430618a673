/** What recording costs beside the same calls unrecorded, and what `ffmpeg -c copy` of the same streams does. */
import { setTimeout as delay } from 'node:timers/promises'
import { count, type Options } from '../lib/bench.ts'
import { INSPECTABLE, inspect } from '../lib/inspect.ts'
import { fineCpuMs, memoryBytes, watchForeign } from '../lib/proc.ts'
import { atMost, type Goal, type Table } from '../lib/report.ts'
import { watchStall } from '../lib/stall.ts'
import { median, spread } from '../lib/stats.ts'
import { startFeed } from './feed.ts'
import { hasFfmpeg } from './ffmpeg.ts'
import { openRig, type Rig } from './open-rig.ts'
import type { Found, Part } from './part.ts'
import type { Medium, Mode } from './words.ts'

const CALLS = '1,2,5,10,20,30'
/** Starting is not what is measured, nor that code is compiled for what has just begun: both have run for so long before. */
const SETTLE_MS = 6_000
const WARM_UP_S = 20
/** The meter sends late, or others take the cores: the round says nothing. */
const MOST_LATE_MS = 25
const MOST_FOREIGN = 0.3

/** Of all calls together: ms of processor time a second, and bytes. */
type Cost = { cpu: number; memory: number; valid: boolean }
/** What one way of recording costs more than none, a call: percent of a core, and bytes. */
type More = { cpu: number; memory: number; valid: boolean }
type Size = { medium: Medium; calls: number; parley: More[]; ffmpeg: More[] }

export const cost: Part = async (options, folder, say) => {
  const media = listOf(options, 'media', 'voice,video').map(mediumOf)
  const sizes = listOf(options, 'calls', CALLS)
    .map(Number)
    .toSorted((a, b) => a - b)
  if (!sizes.every((calls) => Number.isInteger(calls) && calls > 0))
    throw new Error('--calls are numbers: 1,10,30')
  const [rounds, seconds] = [count(options, 'rounds', 2), count(options, 'seconds', 3)]
  const modes: Mode[] = ['nothing', 'parley', ...(hasFfmpeg() ? (['ffmpeg'] as const) : [])]
  const found: Size[] = []
  for (const medium of media)
    found.push(...(await allSizes(folder, { medium, sizes, rounds, seconds, modes }, say)))
  return describeCosts(found, { rounds, seconds })
}

const listOf = (options: Options, name: string, fallback: string) =>
  String(options[name] ?? fallback).split(',')

function mediumOf(name: string): Medium {
  if (name === 'voice' || name === 'video') return name
  throw new Error(`--media takes voice and video, not ${name}`)
}

type Plan = { medium: Medium; sizes: number[]; rounds: number; seconds: number; modes: Mode[] }

/** One process all along, with more and more calls in it. */
async function allSizes(folder: string, plan: Plan, say: (text: string) => void): Promise<Size[]> {
  const { medium, sizes, rounds, seconds, modes } = plan
  const rig = await openRig(folder, 0, medium, [INSPECTABLE])
  const feed = startFeed([])
  const inspector = await inspect(rig)
  const measure = (mode: Mode, forSeconds: number) =>
    measureOnce({ rig, mode, seconds: forSeconds, settled: () => inspector.settledMemory() })
  const found: Size[] = []
  try {
    let opened = 0
    for (const calls of sizes) {
      feed.add(await rig.order({ do: 'open', calls: calls - opened, medium, folder }))
      opened = calls
      for (const mode of modes) if (calls === sizes[0]) await measure(mode, WARM_UP_S)
      const size: Size = { medium, calls, parley: [], ffmpeg: [] }
      for (let round = 0; round < rounds; round++) {
        const costs: Partial<Record<Mode, Cost>> = {}
        for (const mode of modes.map((_, index) => modes[(index + round) % modes.length] ?? 'nothing'))
          costs[mode] = await measure(mode, seconds)
        for (const mode of ['parley', 'ffmpeg'] as const) {
          const more = moreThan(costs.nothing, costs[mode], calls)
          if (more !== null) size[mode].push(more)
        }
      }
      found.push(size)
      say(`${medium}, ${calls} calls: ${inShort(size)}`)
    }
  } finally {
    inspector.close()
    feed.stop()
    await rig.stop()
  }
  return found
}

type Once = { rig: Rig; mode: Mode; seconds: number; settled(): Promise<number> }

async function measureOnce({ rig, mode, seconds, settled }: Once): Promise<Cost> {
  const { pids } = await rig.order<{ pids: number[] }>({ do: 'record', mode })
  await delay(SETTLE_MS)
  const all = () => pids.reduce((sum, pid) => sum + fineCpuMs(pid), 0)
  const [stall, foreign] = [watchStall(), watchForeign()]
  const [before, begun] = [all(), performance.now()]
  await delay(seconds * 1_000)
  const cpu = (all() - before) / ((performance.now() - begun) / 1_000)
  const valid = stall.take() <= MOST_LATE_MS && foreign(0) <= MOST_FOREIGN
  stall.stop()
  // Garbage comes and goes by megabytes, whatever is recorded.
  await settled()
  const memory = pids.reduce((sum, pid) => sum + memoryBytes(pid, 'Pss'), 0)
  await rig.order({ do: 'stop' })
  return { cpu, memory, valid }
}

function moreThan(base: Cost | undefined, cost: Cost | undefined, calls: number): More | null {
  if (base === undefined || cost === undefined) return null
  return {
    cpu: (cost.cpu - base.cpu) / calls / 10,
    memory: (cost.memory - base.memory) / calls,
    valid: cost.valid && base.valid,
  }
}

const valid = (found: More[]) => found.filter((one) => one.valid)
const cpus = (found: More[]) => valid(found).map(({ cpu }) => cpu)
const memories = (found: More[]) => valid(found).map(({ memory }) => memory / 1e6)

/** Of each round in which both could be measured. */
function ratios({ parley, ffmpeg }: Size, of: 'cpu' | 'memory'): number[] {
  return parley.flatMap((one, round) => {
    const other = ffmpeg[round]
    return other !== undefined && one.valid && other.valid ? [one[of] / other[of]] : []
  })
}

const inShort = (size: Size) =>
  `${spread(cpus(size.parley), 2)} % and ${spread(memories(size.parley), 2)} MB a call, ffmpeg ${spread(cpus(size.ffmpeg), 2)} % and ${spread(memories(size.ffmpeg), 1)} MB`

function describeCosts(found: Size[], { rounds, seconds }: Pick<Plan, 'rounds' | 'seconds'>): Found {
  const media = [...new Set(found.map(({ medium }) => medium))]
  const measured = found.flatMap(({ parley, ffmpeg }) => [...parley, ...ffmpeg])
  const compared = found.some(({ ffmpeg }) => ffmpeg.length > 0)
  return {
    tables: media.map((medium) =>
      costTable(
        medium,
        found.filter((size) => size.medium === medium),
        { rounds, seconds },
      ),
    ),
    goals: compared ? found.flatMap(costGoals) : [],
    notes: [
      ...(compared ? [] : ['ffmpeg is not installed: there is no reference.']),
      `${valid(measured).length} of ${measured.length} measurements were valid.`,
      'Processor time of the node, its worker and the ffmpegs, less that of the same calls unrecorded. Memory: proportional set, once garbage is collected.',
    ],
    data: found,
  }
}

function costTable(
  medium: Medium,
  sizes: Size[],
  { rounds, seconds }: Pick<Plan, 'rounds' | 'seconds'>,
): Table {
  return {
    title: `${medium}, more than unrecorded, a call; ${rounds} rounds of ${seconds} s; median (min–max)`,
    columns: ['calls', 'one core', 'ffmpeg', 'ratio', 'memory', 'ffmpeg', 'ratio'],
    rows: sizes.map((size) => [
      `${size.calls}`,
      `${spread(cpus(size.parley), 2)} %`,
      `${spread(cpus(size.ffmpeg), 2)} %`,
      `${spread(ratios(size, 'cpu'), 2)}×`,
      `${spread(memories(size.parley), 2)} MB`,
      `${spread(memories(size.ffmpeg), 1)} MB`,
      `${spread(ratios(size, 'memory'), 3)}×`,
    ]),
  }
}

function costGoals(size: Size): Goal[] {
  const what = `${size.calls} ${size.medium} ${size.calls === 1 ? 'call' : 'calls'}`
  return [
    atMost(`processor time ÷ ffmpeg’s, ${what}`, median(ratios(size, 'cpu')), 1, '×', 2),
    ...(size.medium === 'voice'
      ? [atMost(`memory ÷ ffmpeg’s, ${what}`, median(ratios(size, 'memory')), 0.05, '×', 3)]
      : []),
  ]
}
