/** How long a stored message takes to the other side, and what a connection costs, beside socket.io alone. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { v7 as newId } from 'uuid'
import { demoSiteKey } from '../server/agent/demo.service.ts'
import { createLink } from '../server/agent/person.service.ts'
import { insertPerson } from '../server/agent/person.store.ts'
import { openDatabase } from '../server/storage/database.ts'
import { ensureSecrets } from '../scripts/runner/secrets.ts'
import { type Bench, count, type Options } from './lib/bench.ts'
import { type BenchDatabase, type NodeProcess, startDatabase, startNode, startServer } from './lib/house.ts'
import { INSPECTABLE, inspect } from './lib/inspect.ts'
import { watchCpu, watchForeign } from './lib/proc.ts'
import { atMost, type Report } from './lib/report.ts'
import { median, percentile, spread } from './lib/stats.ts'
import type { Order, Reply, RoundPlan, RoundResult, Target } from './chat/words.ts'

const STALLED_MS = 15
const RELAY = join(import.meta.dirname, 'chat', 'relay.ts')
const TARGETS: Target[] = ['relay', 'storing', 'app']
/** What other programs may take of one core during a round. */
const FOREIGN_SHARE = 0.2

type Settings = {
  visitors: number
  agents: number
  rate: number
  rounds: number
  seconds: number
  marks: boolean
  profile: string | undefined
}

type Round = {
  target: Target
  result: RoundResult
  cpuPerMessageMs: number
  databaseCpuMs: number
  /** Processor time of programs that are no part of this, of one core. */
  foreignShare: number
}
type Memory = Record<Exclude<Target, 'storing'>, number>

export const chat: Bench = {
  about: 'stored messages: delivery time beside a bare socket.io relay, memory a connection',
  options: {
    visitors: { type: 'string' },
    agents: { type: 'string' },
    rate: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    marks: { type: 'boolean' },
    profile: { type: 'string' },
  },
  async run(options, say) {
    const settings = readSettings(options)
    const database = await startDatabase()
    try {
      return await measure(settings, database, say)
    } finally {
      await database.stop()
    }
  },
}

const readSettings = (options: Options): Settings => ({
  visitors: count(options, 'visitors', 2_000),
  agents: count(options, 'agents', 100),
  rate: count(options, 'rate', 200),
  rounds: count(options, 'rounds', 5),
  seconds: count(options, 'seconds', 5),
  marks: options.marks === true,
  profile: typeof options.profile === 'string' ? options.profile : undefined,
})

async function measure(
  settings: Settings,
  database: BenchDatabase,
  say: (text: string) => void,
): Promise<Report> {
  const profiling = settings.profile ? ['--cpu-prof', `--cpu-prof-dir=${settings.profile}`] : []
  const server = await startServer(database, [INSPECTABLE, ...profiling])
  const relay = startNode([INSPECTABLE, RELAY])
  const storing = startNode([RELAY, database.url])
  const relayUrls = { relay: await addressOf(relay), storing: await addressOf(storing) }
  const maker = startNode([join(import.meta.dirname, 'chat', 'load-maker.ts')])
  await once(maker.process, 'message')
  try {
    const links = await signInLinks(database, server.url, settings.agents)
    const { jwtSecret, controlToken } = ensureSecrets(database.paths.secrets)
    const site = demoSiteKey({ secrets: { jwtSecret, controlToken } })
    const plan = { appUrl: server.url, relayUrls, site, links }
    await order(maker, { do: 'plan', plan: { ...plan, visitors: settings.visitors } })
    const memory = {
      relay: await memoryPerConnection(settings, relay, () =>
        order(maker, { do: 'connect', target: 'relay' }),
      ),
      app: await memoryPerConnection(settings, server, () => order(maker, { do: 'connect', target: 'app' })),
    }
    await order(maker, { do: 'connect', target: 'storing' })
    say(`${settings.visitors} visitors and ${settings.agents} agents are connected to each`)
    await order(maker, { do: 'converse' })
    const rounds = await allRounds(settings, { maker, app: server, relay, storing, database }, say)
    return report(settings, rounds, memory)
  } finally {
    await maker.stop()
    await relay.stop()
    await storing.stop()
    await server.stop()
  }
}

async function addressOf(relay: NodeProcess): Promise<string> {
  const [{ port }] = (await once(relay.process, 'message')) as [AddressInfo]
  return `http://127.0.0.1:${port}`
}

async function order<T>(maker: NodeProcess, what: Order): Promise<T> {
  maker.process.send(what)
  const [reply] = (await once(maker.process, 'message')) as [Reply]
  if (!reply.ok) throw new Error(`The load maker: ${reply.error}`)
  return reply.result as T
}

/** Agents of the bench, each with a link to sign in by. */
async function signInLinks(database: BenchDatabase, publicUrl: string, agents: number): Promise<string[]> {
  const db = openDatabase(database.url, () => undefined, 2)
  const config = { publicUrl }
  const links: string[] = []
  for (let index = 0; index < agents; index++) {
    const id = newId()
    await insertPerson(db, {
      id,
      login: `${id}@bench.invalid`,
      name: `Agent ${index}`,
      role: 'agent',
      demo: false,
    })
    const address = await createLink(db, { now: () => new Date(), config }, id)
    links.push(address.split('#link=')[1] ?? '')
  }
  await db.destroy()
  return links
}

async function memoryPerConnection(
  { visitors, agents }: Settings,
  target: Pick<NodeProcess, 'pid' | 'stderr'>,
  connect: () => Promise<unknown>,
): Promise<number> {
  const inspector = await inspect(target)
  const before = await inspector.settledMemory()
  await connect()
  const after = await inspector.settledMemory()
  inspector.close()
  return (after - before) / (visitors + agents)
}

type Parties = Record<Target, { pid: number }> & { maker: NodeProcess; database: BenchDatabase }

async function allRounds(
  settings: Settings,
  parties: Parties,
  say: (text: string) => void,
): Promise<Round[][]> {
  const rounds: Round[][] = []
  const { rate: perSecond, seconds, marks } = settings
  for (let number = 0; number <= settings.rounds; number++) {
    const order = TARGETS.map((_, index) => TARGETS[(index + number) % TARGETS.length] ?? 'relay')
    const both: Round[] = []
    for (const target of order) {
      both.push(await oneRound(parties, { target, perSecond, marks, ms: seconds * 1000 }))
    }
    // The first warms both up.
    if (number > 0) rounds.push(both)
    const line = both.map(({ target, result }) => `${target} p99 ${p(result, 0.99).toFixed(1)} ms`)
    say(`round ${number === 0 ? 'of warming up' : number}: ${line.join(', ')}`)
  }
  return rounds
}

async function oneRound({ maker, database, ...targets }: Parties, round: RoundPlan): Promise<Round> {
  const { pid } = targets[round.target]
  const [own, theirs, machine] = [watchCpu(pid), watchCpu(database.pid), watchForeign()]
  const result = await order<RoundResult>(maker, { do: 'round', round })
  const [ownMs, theirsMs] = [own(), theirs()]
  return {
    target: round.target,
    result,
    cpuPerMessageMs: ownMs / result.sent,
    databaseCpuMs: theirsMs / result.sent,
    foreignShare: machine(theirsMs),
  }
}

const p = (result: RoundResult, share: number) => percentile(result.delivery, share)
const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)
const isValid = (round: Round[]) =>
  round.every(({ result, foreignShare }) => result.stallMs <= STALLED_MS && foreignShare <= FOREIGN_SHARE)
const of = (round: Round[], target: Target) => {
  const found = round.find((one) => one.target === target)
  if (!found) throw new Error(`no round of ${target}`)
  return found
}

function report(settings: Settings, rounds: Round[][], memory: Memory): Report {
  const valid = rounds.filter(isValid)
  const row = (target: Target, title: string) => {
    const results = valid.map((round) => of(round, target).result)
    // Time of the processor, unlike the clock's, tells something of a starved round too.
    const all = rounds.map((round) => of(round, target))
    return [
      title,
      spread(
        results.map((result) => p(result, 0.5)),
        2,
      ),
      spread(
        results.map((result) => p(result, 0.99)),
        2,
      ),
      spread(
        results.map((result) => percentile(result.stored, 0.99)),
        2,
      ),
      spread(
        all.map((one) => one.cpuPerMessageMs),
        2,
      ),
      spread(
        all.map((one) => one.databaseCpuMs),
        2,
      ),
      target === 'storing' ? '' : `${(memory[target] / 1000).toFixed(1)} kB`,
    ]
  }
  const ratio = (target: Target, share: number) =>
    valid.map((round) => p(of(round, target).result, share) / p(of(round, 'relay').result, share))
  const ratios = (target: Target, title: string) => [
    title,
    `${spread(ratio(target, 0.5))}×`,
    `${spread(ratio(target, 0.99))}×`,
    ...['', '', '', ''],
  ]
  const results = rounds.flat().map(({ result }) => result)
  const refused = sum(results.flatMap((one) => Object.values(one.refused)))
  const lost = sum(results.map((one) => one.sent - one.delivered)) - refused
  const { visitors, agents, rate, seconds } = settings
  return {
    title: `chat: ${visitors} visitors and ${agents} agents connected, ${rate} messages/s, both directions`,
    tables: [
      {
        title: `${valid.length} of ${rounds.length} rounds valid, ${seconds} s each; median (min–max), ms`,
        columns: [
          '',
          'delivery p50',
          'p99',
          'answer p99',
          'CPU/message',
          'its database',
          'memory/connection',
        ],
        rows: [
          row('relay', 'socket.io relay, stores nothing'),
          row('storing', 'the relay with one bare row on disk'),
          row('app', 'Parley, on disk before the answer'),
          ratios('storing', 'the storing relay ÷ relay'),
          ratios('app', 'Parley ÷ relay'),
        ],
      },
    ],
    goals: [
      atMost('delivery p99 ÷ the relay’s of the same round', median(ratio('app', 0.99)), 3, '×'),
      atMost('memory a connection', memory.app / 1000, 60, ' kB'),
      atMost('messages lost', lost, 0, '', 0),
      atMost('messages refused (a browser sends them again)', refused, 0, '', 0),
    ],
    notes: [
      'Server, database, relay and load maker share this machine’s cores; a load maker of its own machine would wait less.',
      `A round is invalid when 1 % of the load maker’s timers were more than ${STALLED_MS} ms late, or other programs took more than ${FOREIGN_SHARE} of a core.`,
      'Agents have all their conversations open. Memory: resident, after garbage collection, connected and silent.',
      settings.marks ? 'Each message is marked read at once.' : 'Without read marks (--marks adds them).',
    ],
    data: { settings, memory, rounds },
  }
}
