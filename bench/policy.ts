/** How long one routing decision takes on a large floor, how that grows, and how fast the simulator plays contacts. */
import { Floor } from '../server/routing/floor.policy.ts'
import { decide } from '../server/routing/routing.policy.ts'
import { measure } from '../server/routing/simulation/erlang-run.ts'
import { type Bench, count } from './lib/bench.ts'
import { atMost, type Report } from './lib/report.ts'
import { median, percentile, spread } from './lib/stats.ts'
import { bigFloor, freed, FULL, SPAN_MS } from './policy/big-floor.ts'

const AGENTS = 2_000
const SKILLS = 50
const WAITING = [1_000, 5_000, 10_000]
const SUBJECT = 5_000
/** Time from one change to the next, ms. */
const STEP_MS = 20

/** Times of single decisions, µs. */
type Round = {
  waiting: number
  freed: number[]
  arrived: number[]
  idle: number[]
  offers: number
  wholeMs: number
}

export const policy: Bench = {
  about: 'one routing decision on a floor of 2,000 agents, and a million contacts through the simulator',
  options: { rounds: { type: 'string' }, decisions: { type: 'string' }, contacts: { type: 'string' } },
  run(options, say) {
    const [rounds, decisions] = [count(options, 'rounds', 5), count(options, 'decisions', 2_000)]
    const results: Round[] = []
    for (let number = 0; number <= rounds; number++) {
      for (const waiting of WAITING) {
        const round = play(waiting, decisions, number)
        if (number > 0) results.push(round)
      }
      say(number === 0 ? 'warmed up' : `round ${number} of ${rounds}`)
    }
    const contacts = count(options, 'contacts', 1_000_000)
    return Promise.resolve(report(results, contacts, simulated(contacts)))
  },
}

function timed<T>(act: () => T): { us: number; value: T } {
  const begun = performance.now()
  const value = act()
  return { us: (performance.now() - begun) * 1000, value }
}

/** After each change one decision, as the service makes it; as many wait after it as before. */
function play(waiting: number, decisions: number, seed: number): Round {
  const { queues, agents, contacts, contact, agent } = bigFloor(
    { agents: AGENTS, skills: SKILLS, waiting },
    seed,
  )
  const floor = new Floor(queues)
  for (const one of agents) floor.setAgent(one)
  for (const one of contacts) floor.setContact(one)
  floor.decide(SPAN_MS)
  const round: Round = { waiting, freed: [], arrived: [], idle: [], offers: 0, wholeMs: 0 }
  let now = SPAN_MS
  for (let turn = 0; turn < decisions; turn++) {
    now += STEP_MS
    const one = freed(agent())
    const given = timed(() => {
      floor.setAgent(one)
      return floor.decide(now)
    })
    round.freed.push(given.us)
    round.offers += given.value.length
    floor.setAgent({ ...one, load: FULL })
    // Everybody is busy again: those who come wait.
    for (let missing = given.value.length; missing > 0; missing--) {
      const next = contact(now)
      const came = timed(() => {
        floor.setContact(next)
        return floor.decide(now)
      })
      round.arrived.push(came.us)
    }
  }
  round.idle = toIdle(decisions, seed)
  const snapshot = { queues, agents, contacts }
  round.wholeMs = timed(() => decide(snapshot, SPAN_MS)).us / 1000
  return round
}

/** Nobody waits and all agents are free: each who comes has the choice of them all. */
function toIdle(decisions: number, seed: number): number[] {
  const { queues, agents, contact } = bigFloor({ agents: AGENTS, skills: SKILLS, waiting: 0 }, seed)
  const floor = new Floor(queues)
  for (const one of agents) floor.setAgent(freed(one))
  const byId = new Map(agents.map((one) => [one.id, one]))
  return Array.from({ length: decisions }, (_, turn) => {
    const next = contact(turn * STEP_MS)
    const { us, value } = timed(() => {
      floor.setContact(next)
      return floor.decide(turn * STEP_MS)
    })
    const chosen = value.flatMap(({ agentId }) => byId.get(agentId) ?? [])
    for (const one of chosen) floor.setAgent(freed(one))
    floor.removeContact(next.id)
    return us
  })
}

/** Processor time of so many contacts from arrival to end, s. */
function simulated(contacts: number): number {
  const before = process.cpuUsage()
  measure({ perHour: 2880, handlingS: 60, patienceS: 120, agents: 50 }, { contacts, seed: 1, withinS: 20 })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function report(results: Round[], contacts: number, simulatedS: number): Report {
  const of = (waiting: number) => results.filter((round) => round.waiting === waiting)
  const each = (rounds: Round[], key: 'freed' | 'arrived' | 'idle', share: number) =>
    rounds.map((round) => percentile(round[key], share))
  const growth = (share: number) => {
    const [small, large] = [each(of(1_000), 'freed', share), each(of(10_000), 'freed', share)]
    return large.map((us, index) => us / (small[index] ?? Number.NaN))
  }
  const rows = WAITING.flatMap((waiting) => {
    const rounds = of(waiting)
    const line = (what: string, key: 'freed' | 'arrived' | 'idle') => [
      `${waiting} wait: ${what}`,
      spread(each(rounds, key, 0.5), 0),
      spread(each(rounds, key, 0.99), 0),
    ]
    return [line('an agent falls free', 'freed'), line('one more comes', 'arrived')]
  })
  const idle = [
    'nobody waits, all free: one comes',
    spread(each(results, 'idle', 0.5), 0),
    spread(each(results, 'idle', 0.99), 0),
  ]
  const whole = WAITING.map((waiting) => [
    `${waiting} wait: the whole floor anew, from a snapshot`,
    `${spread(
      of(waiting).map((round) => round.wholeMs * 1000),
      0,
    )}`,
    '',
  ])
  const p99 = (key: 'freed' | 'arrived' | 'idle') => median(each(of(SUBJECT), key, 0.99)) / 1000
  return {
    title: 'policy: one routing decision',
    tables: [
      {
        title: `${AGENTS} agents, ${SKILLS} skills, µs; median (min–max) over the rounds`,
        columns: ['', 'median', 'p99'],
        rows: [...rows, idle, ...whole],
      },
    ],
    goals: [
      atMost(`an agent falls free while ${SUBJECT} wait: p99`, p99('freed'), 1, ' ms', 3),
      atMost(`one more comes while ${SUBJECT} wait: p99`, p99('arrived'), 1, ' ms', 3),
      atMost(`one comes while ${AGENTS} agents are free: p99`, p99('idle'), 1, ' ms', 3),
      atMost('from 1,000 to 10,000 waiting: median', median(growth(0.5)), 12, '×'),
      atMost('from 1,000 to 10,000 waiting: p99', median(growth(0.99)), 12, '×'),
      atMost(`${contacts} contacts through the simulator`, simulatedS, 60, ' s of one core'),
    ],
    notes: [
      `${median(of(SUBJECT).map((round) => round.offers / round.freed.length)).toFixed(2)} offers a freed agent; every rule is in force in some queue.`,
      'A decision is the change told to the index and what to do about it; reading rows is not in it.',
      'The simulator plays 50 agents, 93 % busy, with the same index.',
    ],
    data: {
      results: results.map(({ waiting, offers, wholeMs }) => ({ waiting, offers, wholeMs })),
      simulatedS,
    },
  }
}
