/** Whole nodes, workers and machines that die at random moments of recordings, and what is left of those. */
import { type KillsFound, NoDisk, runKills } from '../../sfu/testing/kills.ts'
import { count } from '../lib/bench.ts'
import { atMost, type Goal, type Table } from '../lib/report.ts'
import { percentile } from '../lib/stats.ts'
import type { Found, Part } from './part.ts'

/** Nodes that are killed at a time; more would starve each other. */
const LANES = 2

/** Of the node as it is, with a worker, peers and what finalises after it. */
export const wholeKills: Part = async (options, _folder, say) => {
  const kills = count(options, 'kills', 20)
  return describeDeaths('kill -9 of nodes and workers', await die(kills, false, say))
}

/** Whatever was not synced is gone. */
export const powerCuts: Part = async (options, _folder, say) => {
  const cuts = count(options, 'cuts', 20)
  const found = await die(cuts, true, say).catch((error: unknown) => {
    if (error instanceof NoDisk)
      throw new Error('To cut the power of a disk one has to be mounted: run it as root')
    throw error
  })
  return describeDeaths('power cuts', found)
}

async function die(kills: number, power: boolean, say: (text: string) => void): Promise<KillsFound> {
  const seed = Math.floor(Math.random() * 2 ** 31)
  say(`${kills} times, seed ${seed}`)
  return await runKills({
    ...{ kills, lanes: Math.min(LANES, kills), seed, power },
    onFolder: (found) => say(`${found.kills.length} of ${kills}: ${inShort(found)}`),
  })
}

const lostOf = ({ kills }: KillsFound) => kills.map(({ lostMs }) => lostMs)
const validOf = ({ kills, ...rest }: KillsFound) =>
  lostOf({ ...rest, kills: kills.filter(({ starved }) => !starved) })

function inShort(found: KillsFound): string {
  const { broken, orphaned, finalisedMs } = found
  const lost = `lost ${ms(Math.max(...lostOf(found)))} at worst, ${ms(Math.max(0, ...validOf(found)))} of the ${validOf(found).length} valid`
  return `${lost}, ${broken.length} broken, ${orphaned.length} left behind, finalised after ${ms(Math.max(...finalisedMs))}`
}

function describeDeaths(title: string, found: KillsFound): Found {
  return { tables: [table(title, found)], goals: goals(title, found), notes: [], data: found }
}

function goals(title: string, found: KillsFound): Goal[] {
  const lost = validOf(found)
  const worst = lost.length === 0 ? Number.NaN : Math.max(...lost)
  return [
    atMost(`lost a track by ${title}, worst of ${lost.length}`, worst, 1_000, ' ms', 0),
    atMost(
      `of ${found.kills.length} recordings not playable to what was on disk`,
      found.broken.length,
      0,
      '',
      0,
    ),
    atMost('left behind', found.orphaned.length, 0, '', 0),
    atMost(
      'the last of a folder finalised after the start',
      Math.max(...found.finalisedMs) / 1_000,
      30,
      ' s',
    ),
  ]
}

function table(title: string, found: KillsFound): Table {
  const valid = validOf(found)
  const seconds = found.finalisedMs.map((one) => one / 1_000)
  const victims = (['node', 'worker', 'machine'] as const)
    .map((victim) => [victim, found.kills.filter((one) => one.victim === victim).length] as const)
    .filter(([, times]) => times > 0)
  return {
    title: `${title}: ${victims.map(([victim, times]) => `${victim} ${times}`).join(', ')}`,
    columns: ['', 'p50', 'p95', 'p99', 'worst'],
    rows: [
      [`lost a track (${valid.length} valid)`, ...figures(valid).map(ms)],
      [`starved ones as well (${found.kills.length})`, ...figures(lostOf(found)).map(ms)],
      [
        `finalised after the start (${seconds.length} folders)`,
        ...figures(seconds).map((one) => `${one.toFixed(1)} s`),
      ],
    ],
  }
}

const figures = (values: number[]) => [0.5, 0.95, 0.99, 1].map((share) => percentile(values, share))
const ms = (value: number) => `${value.toFixed(0)} ms`
