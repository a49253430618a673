/** What reviews come to, for those who score, of the agents whom they look after and conversations that they hear; and the board of a team. */
import type * as z from 'zod/mini'
import { type RawBuilder, sql } from 'kysely'
import { accessOf } from '../access/access.service.ts'
import { heardBy } from '../access/access.store.ts'
import { looksAfter } from '../assessment/team.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { findConfiguration, listConfiguration } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import type { LeaderBoard, ResultsQuery, ReviewResults } from '../contract/review-results.ts'
import { may } from '../permission/permission.ts'
import type { Database } from '../storage/database.ts'
import { agentTallies, type Counted, results } from './results.policy.ts'
import { countedReviews, MOST_COUNTED } from './results.store.ts'

type D = { db: Database; now: () => Date }

const DAY = 86_400_000
const MOST_MS = 400 * DAY
const BOARD_MS = 30 * DAY
/** Fewer say nothing about anybody. */
const BOARD_LEAST = 3

/** Throws `notAllowed`, or `badInput` for a span that is none or too long. */
export async function reviewResults(
  { db }: D,
  caller: StaffCaller,
  query: z.infer<typeof ResultsQuery>,
): Promise<ReviewResults> {
  if (!may(caller.role, 'score')) throw new AppError('notAllowed', 'Your role does not allow this')
  const [from, to] = [Number(query.from), Number(query.to)]
  if (to <= from || to - from > MOST_MS) throw new AppError('badInput', 'to is wrong')
  const asked = { from, to, heard: await heardOf(db, caller), reader: caller.personId }
  const found = await countedReviews(db, asked, await teamsOf(db))
  const after = await looksAfter(db, caller)
  const theirs = found.filter(({ agent }) => after(agent.id))
  const wanted = theirs.filter(
    ({ agent, team, scorecard }) =>
      [agent.id, undefined].includes(query.agent) &&
      (query.team === undefined || team?.id === query.team) &&
      [scorecard.id, undefined].includes(query.scorecard),
  )
  // Called as in the newest review.
  const scorecards = [
    ...new Map(theirs.toReversed().map(({ scorecard }) => [scorecard.id, scorecard])).values(),
  ]
  const calendar = { zone: query.zone, weekStart: Number(query.weekStart) }
  return { ...results(wanted, calendar), scorecards, cut: found.length === MOST_COUNTED }
}

/** What they hear by rules or a grant, and what is about themselves. */
async function heardOf(db: Database, caller: StaffCaller): Promise<RawBuilder<boolean> | null> {
  const { personId } = caller
  const heard = heardBy(await accessOf(db, caller), { personId, level: 'yes' }, 'c')
  return heard && sql<boolean>`(${heard} or a.agent_id = ${personId}::uuid)`
}

async function teamsOf(db: Database): Promise<(agentId: string) => Counted['team']> {
  const [profiles, teams] = await Promise.all([
    listConfiguration(db, 'profile'),
    listConfiguration(db, 'team'),
  ])
  const named = new Map(teams.map(({ id, body }) => [id, { id, name: body.name }]))
  const of = new Map(profiles.map(({ id, body }) => [id, named.get(body.teamId ?? '') ?? null]))
  return (agentId) => of.get(agentId) ?? null
}

/**
 * How the agents of the caller's team stand, over 30 days; only where the team has it switched on. One board for all of them: it
 * counts what each may not hear as well, and tells no more of it than that.
 */
export async function leaderBoard({ db, now }: D, caller: StaffCaller): Promise<LeaderBoard> {
  const profile = await findConfiguration(db, 'profile', caller.personId)
  const teamId = profile?.body.teamId ?? null
  const team = teamId === null ? null : await findConfiguration(db, 'team', teamId)
  if (!team?.body.leaderBoard) return { board: null }
  const to = now().getTime()
  const asked = { from: to - BOARD_MS, to, heard: null, reader: null }
  const found = await countedReviews(db, asked, await teamsOf(db))
  const board = agentTallies(found.filter((one) => one.team?.id === teamId)).flatMap(
    ({ id, name, reviews, points }) =>
      // Where nothing applied there are no points to stand by.
      reviews < BOARD_LEAST || points === null ? [] : [{ name, me: id === caller.personId, reviews, points }],
  )
  return { board }
}
