/** When each of a team came and went on a day: for whoever may set others' status. */
import type { StaffCaller } from '../caller/caller.ts'
import { listConfigurations } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import type { Shifts } from '../contract/shifts.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { may } from '../permission/permission.ts'
import { assertOneDay } from './day.policy.ts'
import { tellShift } from './shifts.policy.ts'
import { readShifts } from './shifts.store.ts'

/** More than stand on a page. */
const MOST = 200

/** Throws `notAllowed` for whom it does not concern, `notFound` for a team that there is not, `badInput` for more than a day. */
export async function teamShifts(
  { db }: Pick<Deps, 'db'>,
  caller: StaffCaller,
  { from, to, team }: { from: number; to: number; team: string | null },
): Promise<Shifts> {
  if (!may(caller.role, 'forceStatus')) throw new AppError('notAllowed', 'Your role does not allow this')
  assertOneDay({ from, to })
  const kept = await listConfigurations(db, ['team', 'profile'])
  const teams = kept.team.map(({ id, body: { name } }) => ({ id, name }))
  const named = new Map(teams.map((one) => [one.id, one]))
  if (team !== null && !named.has(team)) throw new AppError('notFound', 'Not found')
  const teamOf = new Map(kept.profile.map(({ id, body }) => [id, named.get(body.teamId ?? '') ?? null]))
  const among = team === null ? null : [...teamOf].flatMap(([id, its]) => (its?.id === team ? id : []))
  const found = await readShifts(db, { from, to, among, most: MOST + 1 })
  const now = await clockOf(db)
  const people = found.slice(0, MOST).map(({ id, name, ...set }) => ({
    ...{ person: { id, name }, team: teamOf.get(id) ?? null },
    ...tellShift(set, { from, to, now }),
  }))
  return { from, to, now, teams, people, more: found.length > MOST }
}
