/** A small floor from a seed, with a few rules in force at once, and eight minutes of people. */
import { createRandom, type Random } from '../simulation/random.ts'
import { parseScenario, type Scenario, type ScenarioInput } from '../simulation/scenario.ts'

type QueueInput = ScenarioInput['queues'][number]
type GroupInput = ScenarioInput['agents'][number]
type StreamInput = ScenarioInput['contacts'][number]

const SKILLS = ['en', 'fa']

function tools(random: Random) {
  const whole = (from: number, to: number) => from + Math.floor(random.next() * (to - from + 1))
  const one = <T>(list: readonly T[]): T => {
    const chosen = list[whole(0, list.length - 1)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }
  const perhaps = <T>(share: number, value: () => T): T | undefined =>
    random.chance(share) ? value() : undefined
  return { whole, one, perhaps }
}

export function smallScenario(seed: number): Scenario {
  const random = createRandom(seed)
  const { whole } = tools(random)
  const ids = ['q1', 'q2', 'q3'].slice(0, whole(1, 3))
  return parseScenario({
    name: `seed ${seed}`,
    seed,
    lengthS: 480,
    graceS: 30,
    intervalS: 480,
    queues: ids.map((id) => aQueue(id, ids, random)),
    agents: Array.from({ length: whole(1, 4) }, (_, index) => aGroup(`g${index}`, ids, random)),
    contacts: Array.from({ length: whole(1, 3) }, () => aStream(ids, random)),
  })
}

function aQueue(id: string, ids: string[], random: Random): QueueInput {
  const { whole, one, perhaps } = tools(random)
  const rings = Array.from({ length: whole(0, 2) }, () => ({
    ...{ afterS: whole(2, 9) * 10, lower: whole(0, 6), drop: perhaps(0.3, () => [one(SKILLS)]) ?? [] },
  }))
  return {
    id,
    rings,
    priority: whole(0, 2),
    maxLength: perhaps(0.2, () => 4) ?? null,
    requires: perhaps(0.2, () => [{ skill: one(SKILLS), min: whole(1, 8) }]),
    prefers: perhaps(0.4, () => [{ skill: one(SKILLS), weight: 1 }]),
    overflow: perhaps(0.4, () => [{ afterS: whole(3, 8) * 10, to: one(ids) }]),
    ageing: perhaps(0.4, () => ({ everyS: whole(2, 6) * 10, step: 1, most: whole(1, 3) })) ?? null,
    lastAgentS: perhaps(0.5, () => whole(2, 8) * 10),
  }
}

function aGroup(name: string, ids: string[], random: Random): GroupInput {
  const { whole, one, perhaps } = tools(random)
  const queues = Object.fromEntries([one(ids), one(ids), one(ids)].map((id) => [id, whole(0, 1)]))
  const skills = Object.fromEntries(
    SKILLS.slice(Math.max(0, whole(-1, 2))).map((skill) => [skill, whole(1, 10)]),
  )
  return {
    name,
    queues,
    skills,
    count: whole(1, 2),
    capacity: one([
      [{ chat: 1, voice: 1, video: 1 }],
      [
        { chat: 3, voice: 0, video: 0 },
        ...[
          { chat: 1, voice: 1, video: 0 },
          { chat: 0, voice: 0, video: 1 },
        ],
      ],
      [
        { chat: 2, voice: 0, video: 0 },
        { chat: 0, voice: 1, video: 0 },
      ],
    ]),
    shifts: perhaps(0.3, () => [
      { fromS: 0, toS: 250 },
      { fromS: 320, toS: 480 },
    ]),
    wrapUpS: perhaps(0.3, () => 20),
    answer: perhaps(0.6, () => ({ meanS: 5, missed: 0.1, declined: 0.1, awayS: 40 })),
    gone: perhaps(0.4, () => [{ everyS: 200, forS: 40 }]),
  }
}

function aStream(ids: string[], random: Random): StreamInput {
  const { whole, one, perhaps } = tools(random)
  return {
    queue: one(ids),
    medium: one(['chat', 'chat', 'voice', 'video'] as const),
    perHour: whole(15, 60),
    patienceS: perhaps(0.6, () => 120) ?? null,
    handling: { kind: 'exponential', meanS: whole(20, 150) },
    requires: perhaps(0.4, () => [{ skill: one(SKILLS), min: whole(1, 8) }]),
    prefers: perhaps(0.3, () => [{ skill: one(SKILLS), weight: 2 }]),
    returning: perhaps(0.5, () => 0.5),
  }
}
