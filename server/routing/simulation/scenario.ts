/** A scenario: who comes, who answers, and by which rules. All times are seconds, because people write and read it. */
import { z } from 'zod'
import type { Agent, Capacity, Queue } from '../routing.ts'

const seconds = z.number().nonnegative()
const positive = z.number().positive()
const share = z.number().min(0).max(1)
const name = z.string().min(1)
const Medium = z.enum(['chat', 'voice', 'video'])
const byMedium = <T extends z.ZodType>(value: T) =>
  z.strictObject({ chat: value, voice: value, video: value })
const Demand = z.strictObject({ skill: name, min: z.int().min(1).max(10) })
const Wish = z.strictObject({ skill: name, weight: positive })
const target = z.strictObject({ share, withinS: seconds })

const QueueOf = z.strictObject({
  id: name,
  priority: z.int().default(0),
  target: byMedium(target).default({
    chat: { share: 0.8, withinS: 45 },
    voice: { share: 0.8, withinS: 20 },
    video: { share: 0.8, withinS: 20 },
  }),
  maxLength: z.int().nonnegative().nullable().default(null),
  offerS: byMedium(positive).default({ chat: 30, voice: 20, video: 20 }),
  requires: z.array(Demand).default([]),
  prefers: z.array(Wish).default([]),
  rings: z
    .array(
      z.strictObject({
        afterS: seconds,
        lower: z.int().nonnegative().default(0),
        drop: z.array(name).default([]),
      }),
    )
    .default([]),
  overflow: z.array(z.strictObject({ afterS: seconds, to: name })).default([]),
  ageing: z.strictObject({ everyS: positive, step: positive, most: positive }).nullable().default(null),
  lastAgentS: seconds.default(0),
})

const Handling = z.union([
  z.strictObject({ kind: z.literal('exponential'), meanS: positive }),
  z.strictObject({ kind: z.literal('lognormal'), meanS: positive, deviationS: positive }),
])

const StreamOf = z.strictObject({
  queue: name,
  medium: Medium,
  /** Arrivals an hour: one rate, or one for each interval of the report, the last one holding on. */
  perHour: z.union([z.number().nonnegative(), z.array(z.number().nonnegative()).min(1)]),
  /** Mean of an exponential patience; null waits for ever. */
  patienceS: positive.nullable().default(null),
  handling: Handling,
  requires: z.array(Demand).default([]),
  prefers: z.array(Wish).default([]),
  /** This share has been here before, with some member of the queue. */
  returning: share.default(0),
})
export type Stream = z.infer<typeof StreamOf>

const GroupOf = z.strictObject({
  name,
  count: z.int().positive(),
  /** Queue → priority of the membership. */
  queues: z.record(name, z.int()),
  skills: z.record(name, z.int().min(1).max(10)).default({}),
  capacity: z
    .array(byMedium(z.int().nonnegative()))
    .min(1)
    .default([{ chat: 4, voice: 0, video: 0 }]),
  /** At work between these; always where there are none. */
  shifts: z.array(z.strictObject({ fromS: seconds, toS: positive })).default([]),
  wrapUpS: seconds.default(0),
  /** How offers are answered: after an exponential time, not at all, or by declining. */
  answer: z
    .strictObject({
      meanS: seconds.default(0),
      missed: share.default(0),
      declined: share.default(0),
      /** How long one who did not answer is out of routing. */
      awayS: positive.default(60),
    })
    .default({ meanS: 0, missed: 0, declined: 0, awayS: 60 }),
  /** Gone without a word, every so often for so long (both exponential): short is a flapping line, long a crash. */
  gone: z.array(z.strictObject({ everyS: positive, forS: positive })).default([]),
})
export type Group = z.infer<typeof GroupOf>

const Bare = z.strictObject({
  name,
  seed: z.int().default(1),
  lengthS: positive,
  /** Left out of the totals. */
  warmUpS: seconds.default(0),
  intervalS: positive.default(1800),
  /** An agent gone for so long loses their conversations. */
  graceS: seconds.default(60),
  queues: z.array(QueueOf).min(1),
  agents: z.array(GroupOf).min(1),
  contacts: z.array(StreamOf).min(1),
})

export const Scenario = Bare.superRefine((scenario, context) => {
  const known = new Set(scenario.queues.map(({ id }) => id))
  const check = (queue: string, path: (string | number)[]) => {
    if (!known.has(queue)) context.addIssue({ code: 'custom', path, message: `there is no queue "${queue}"` })
  }
  if (known.size < scenario.queues.length) {
    context.addIssue({ code: 'custom', path: ['queues'], message: 'two queues have the same id' })
  }
  scenario.contacts.forEach(({ queue }, index) => check(queue, ['contacts', index, 'queue']))
  scenario.queues.forEach(({ overflow }, index) =>
    overflow.forEach(({ to }, rule) => check(to, ['queues', index, 'overflow', rule, 'to'])),
  )
  scenario.agents.forEach(({ queues }, index) =>
    Object.keys(queues).forEach((queue) => check(queue, ['agents', index, 'queues', queue])),
  )
})
export type Scenario = z.infer<typeof Scenario>
/** As it is written, with everything left out that has a usual value. */
export type ScenarioInput = z.input<typeof Scenario>

/** Throws one error that names every fault. */
export function parseScenario(value: unknown): Scenario {
  const parsed = Scenario.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'scenario'}: ${message}`)
  throw new Error(`The scenario is wrong:\n  ${faults.join('\n  ')}`)
}

const ms = (count: number) => count * 1000
const both = <A, B>(of: { chat: A; voice: A; video: A }, map: (value: A) => B) => ({
  chat: map(of.chat),
  voice: map(of.voice),
  video: map(of.video),
})

export const queuesOf = (scenario: Scenario): Queue[] =>
  scenario.queues.map((queue) => ({
    id: queue.id,
    priority: queue.priority,
    target: both(queue.target, ({ share, withinS }) => ({ share, withinMs: ms(withinS) })),
    maxLength: queue.maxLength,
    offerMs: both(queue.offerS, ms),
    requires: queue.requires,
    prefers: queue.prefers,
    rings: queue.rings.map(({ afterS, lower, drop }) => ({ afterMs: ms(afterS), lower, drop })),
    overflow: queue.overflow.map(({ afterS, to }) => ({ afterMs: ms(afterS), toQueueId: to })),
    ageing: queue.ageing && {
      everyMs: ms(queue.ageing.everyS),
      step: queue.ageing.step,
      most: queue.ageing.most,
    },
    lastAgentMs: ms(queue.lastAgentS),
  }))

/** The agents of a group, before their first shift. */
export function agentsOf({ name, count, queues, skills, capacity }: Group): Agent[] {
  const limits: Capacity = capacity
  return Array.from({ length: count }, (_, index) => ({
    id: `${name} ${index + 1}`,
    status: 'offline',
    skills: new Map(Object.entries(skills)),
    queues: new Map(Object.entries(queues)),
    capacity: limits,
    load: { chat: 0, voice: 0, video: 0 },
    idleSince: 0,
  }))
}
