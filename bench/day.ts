/** A day of a contact centre in minutes: scripted people, the real server over sockets, killed now and then. */
import { setTimeout as delay } from 'node:timers/promises'
import type { DeskSession, VisitorSession } from '../server/contract/http.ts'
import { createRandom } from '../server/routing/simulation/random.ts'
import { openDatabase } from '../server/storage/database.ts'
import { freePort } from '../scripts/test-env.ts'
import { agentAddress, forEach, post, visitorAddress } from './chat/people.ts'
import { createAgent, type ScriptedAgent } from './day/agent.ts'
import { type Cost, COUNTING, costTables, watchCost } from './day/cost.ts'
import { examine, faultsNow, type Outcome } from './day/check.ts'
import { newLedger } from './day/ledger.ts'
import { createVisitor, type ScriptedVisitor } from './day/visitor.ts'
import { buildWorld, type World } from './day/world.ts'
import { type Bench, count } from './lib/bench.ts'
import { type BenchDatabase, type BenchServer, startDatabase, startServer } from './lib/house.ts'
import { atMost, type Report } from './lib/report.ts'
import { watchStall } from './lib/stall.ts'
import { median, percentile } from './lib/stats.ts'

const STALLED_MS = 25
const DRAIN_MS = 60_000
const GOING_MS = 15_000
const PAUSE_MS = 90_000
const PATIENCE_MS = 60_000

type Settings = {
  agents: number
  visitors: number
  minutes: number
  kills: number
  seed: number
  counts: boolean
}
type Crowd = { agents: ScriptedAgent[]; visitors: ScriptedVisitor[] }

export const day: Bench = {
  about: 'agents and visitors against the real server, killed meanwhile: how soon offers show, nothing lost',
  options: {
    agents: { type: 'string' },
    visitors: { type: 'string' },
    minutes: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string' },
    statements: { type: 'boolean' },
  },
  async run(options, say) {
    const settings: Settings = {
      agents: count(options, 'agents', 200),
      visitors: count(options, 'visitors', 1_000),
      minutes: count(options, 'minutes', 10),
      kills: count(options, 'kills', 3),
      seed: count(options, 'seed', 1),
      counts: options['statements'] === true,
    }
    const database = await startDatabase(settings.counts ? COUNTING : [])
    try {
      return await measure(settings, database, say)
    } finally {
      await database.stop()
    }
  },
}

async function measure(settings: Settings, database: BenchDatabase, say: (text: string) => void) {
  const port = String(await freePort())
  const start = () => startServer(database, [], { PORT: port, REOPEN_HOURS: '0', AGENT_GONE_SECONDS: '60' })
  let server = await start()
  const db = openDatabase(database.url, () => undefined, 4)
  const ledger = newLedger()
  const stall = watchStall()
  try {
    const world = await buildWorld(db, server.url, settings.agents)
    const crowd = await gather(settings, server.url, world, ledger)
    say(`${settings.visitors} visitors and ${settings.agents} agents are connected`)
    const watch = watchRows(db, ledger.faults)
    const pids = { server: server.pid, database: database.pid }
    const cost = await watchCost(db, pids, settings.counts)
    stall.take()
    const downs: Down[] = []
    for (let part = 0; part <= settings.kills; part++) {
      await delay((settings.minutes * 60_000) / (settings.kills + 1))
      say(`${ledger.stored.size} messages, ${ledger.shown.size} offers, ${ledger.faults.length} faults`)
      if (part === settings.kills) break
      const killed = Date.now()
      cost.leave(server.pid)
      server = await killed9(server, start)
      cost.enter(server.pid)
      downs.push({ from: killed, to: Date.now() })
      say(`the server was killed and answers again after ${Date.now() - killed} ms`)
    }
    const lateMs = stall.take()
    await sendHome(crowd)
    const spent = await cost.take()
    await watch.stop()
    const connected = new Map(crowd.agents.map(({ personId, line }) => [personId, line.spans]))
    const outcome = await examine(db, ledger, connected)
    for (const one of [...crowd.agents, ...crowd.visitors]) one.close()
    return report(settings, outcome, { downs, lateMs, spent, refused: ledger.refused })
  } finally {
    stall.stop()
    await db.destroy()
    await server.stop()
  }
}

async function killed9(server: BenchServer, start: () => Promise<BenchServer>): Promise<BenchServer> {
  process.kill(server.pid, 'SIGKILL')
  await server.stop()
  return await start()
}

async function gather(
  { agents, visitors, seed }: Settings,
  url: string,
  world: World,
  ledger: ReturnType<typeof newLedger>,
): Promise<Crowd> {
  const random = createRandom(seed)
  const { dispositions, people, sites } = world
  return {
    agents: await forEach(agents, async (index) => {
      const { id: personId, link } = people[index] ?? { id: '', link: '' }
      const address = agentAddress(index)
      const { access: token } = await post<DeskSession>(`${url}/api/desk/sign-in`, { link }, address)
      const days = { url, token, address, personId, dispositions }
      return createAgent(days, ledger, random.fork(`agent ${index}`))
    }),
    visitors: await forEach(visitors, async (index) => {
      const site = sites[index % sites.length]
      const address = visitorAddress(index)
      const { access: token } = await post<VisitorSession>(`${url}/api/visitor/session`, { site }, address)
      const way = { url, token, address, pauseMs: PAUSE_MS, patienceMs: PATIENCE_MS }
      return createVisitor(way, ledger, random.fork(`visitor ${index}`))
    }),
  }
}

/** Looks at the rows each second; what is wrong with them once stays wrong. */
function watchRows(db: ReturnType<typeof openDatabase>, faults: string[]) {
  let stopped = false
  const work = (async () => {
    while (!stopped) {
      faults.push(...(await faultsNow(db)))
      await delay(1_000)
    }
  })()
  return {
    async stop() {
      stopped = true
      await work
    },
  }
}

/** Visitors finish what they have begun, then the agents go. */
async function sendHome({ agents, visitors }: Crowd): Promise<void> {
  for (const visitor of visitors) visitor.comeNoMore()
  await Promise.race([
    Promise.all(visitors.map(({ done }) => done)),
    delay(DRAIN_MS, undefined, { ref: false }),
  ])
  await Promise.race([
    Promise.all(agents.map((agent) => agent.goHome())),
    delay(GOING_MS, undefined, { ref: false }),
  ])
}

type Down = { from: number; to: number }
type Meter = { downs: Down[]; lateMs: number; spent: Cost; refused: ReadonlyMap<string, number> }

function report(
  { agents, visitors, minutes, kills, seed }: Settings,
  outcome: Outcome,
  meter: Meter,
): Report {
  const { offers, faults, conversations, assigned, missed, messages } = outcome
  const { refused } = meter
  const downs = meter.downs.map(({ from, to }) => to - from)
  const starved = meter.lateMs > STALLED_MS
  const p95 = starved
    ? Number.NaN
    : percentile(
        offers.map(({ ms }) => ms),
        0.95,
      )
  return {
    title: `${agents} agents, ${visitors} visitors, ${minutes} min, ${kills} kills of the server (seed ${seed})`,
    tables: [
      {
        title: 'From both being there, contact and agent, to the offer in the agent’s browser',
        columns: ['', 'offers', 'median', 'p95', 'p99', 'longest'],
        rows: offerRows(offers, meter.downs),
      },
      {
        title: 'The day',
        columns: ['conversations', 'assigned', 'offers missed', 'messages', 'server away, median'],
        rows: [
          [
            ...[String(conversations), String(assigned), String(missed), String(messages)],
            downs.length ? `${median(downs).toFixed(0)} ms` : '–',
          ],
        ],
      },
      ...costTables(meter.spent, { messages, conversations }),
    ],
    goals: [
      atMost('offer shown, p95', p95, 150, ' ms', 0),
      atMost(
        'broken promises: lost, doubled, out of order, with two, above capacity',
        faults.length,
        0,
        '',
        0,
      ),
    ],
    notes: [
      `timers of the scripted people were late by ${meter.lateMs.toFixed(1)} ms (99 %)`,
      'all people live in one process beside the server and its database, on the same cores',
      `refused: ${[...refused].map(([what, times]) => `${what} (${times})`).join('; ') || 'nothing'}`,
      ...faults.slice(0, 20),
    ],
    data: { ...outcome, ...meter },
  }
}

/** All come back at once when the server is there again: what that does to offers is shown apart. */
const AFTER_MS = [15_000, 60_000]

function offerRows(offers: Outcome['offers'], downs: Down[]): string[][] {
  const row = (what: string, some: Outcome['offers']): string[] => {
    const ms = some.map((offer) => offer.ms)
    const shares = [0.5, 0.95, 0.99, 1].map((share) => `${percentile(ms, share).toFixed(0)} ms`)
    return [what, String(ms.length), ...(ms.length > 0 ? shares : ['–', '–', '–', '–'])]
  }
  const since = (at: number) =>
    at - (downs.findLast(({ from }) => from <= at)?.to ?? Number.NEGATIVE_INFINITY)
  const [soon = 0, late = 0] = AFTER_MS
  const within = (from: number, to: number) => offers.filter(({ at }) => since(at) >= from && since(at) < to)
  return [
    row('all', offers),
    row(`before ${soon / 1_000} s after the server was back`, within(Number.NEGATIVE_INFINITY, soon)),
    row(`before ${late / 1_000} s after it`, within(soon, late)),
    row(
      'at any other time',
      offers.filter(({ at }) => since(at) >= late),
    ),
  ]
}
