/** What nobody can know of a real floor: how long its contacts take and wait by nature. What is told by it is the best that could be. */
import type { Past } from '../forecast.policy.ts'
import { meanOf } from '../wait.policy.ts'
import { createRandom } from './random.ts'
import type { Scenario, Stream } from './scenario.ts'

const VALUES = 1_000

/** Of the contacts of these queues, each as often as it comes. */
export function knownPast({ seed, contacts, agents }: Scenario, queueIds: ReadonlySet<string>): Past {
  const random = createRandom(seed).fork('known')
  const streams = contacts.filter(({ queue }) => queueIds.has(queue))
  const crew = agents.flatMap((group) =>
    Object.keys(group.queues).some((id) => queueIds.has(id))
      ? Array.from({ length: group.count }, () => group)
      : [],
  )
  const handlingsMs = streams.flatMap((stream) => {
    const { handling } = stream
    const length = () =>
      handling.kind === 'exponential'
        ? random.exponential(handling.meanS)
        : random.lognormal(handling.meanS, handling.deviationS)
    return Array.from({ length: Math.round(VALUES * shareOf(stream, streams)) }, (_, i) => {
      return 1000 * (length() + (crew[i % crew.length]?.wrapUpS ?? 0))
    })
  })
  const leaving = streams.reduce(
    (sum, one) => sum + shareOf(one, streams) / (one.patienceS ?? Number.POSITIVE_INFINITY),
    0,
  )
  return {
    handlingsMs,
    patienceMs: leaving === 0 ? null : 1000 / leaving,
    answerMs: 1000 * meanOf(crew.map(({ answer }) => answer.meanS)),
  }
}

const rateOf = ({ perHour }: Stream): number => meanOf([perHour].flat())
const shareOf = (stream: Stream, all: readonly Stream[]): number =>
  rateOf(stream) / all.reduce((sum, one) => sum + rateOf(one), 0)
