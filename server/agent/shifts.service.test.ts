import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { configure } from '../access/testing.ts'
import { profile } from '../configuration/testing.ts'
import type { Role, Status } from '../contract/desk.ts'
import type { Shifts } from '../contract/shifts.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
let http: TestHttp
let boss: Staff
beforeAll(async () => {
  http = await startTestHttp()
  boss = await http.staff('supervisor')
})
afterAll(() => http.close())

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Long ago, so that nothing but what a test writes lies in it. */
const midnight = Date.UTC(2026, 0, 5)

async function person(name: string, role: Role = 'agent'): Promise<string> {
  const { person: made } = await http.staff(role)
  await http.db.updateTable('person').set({ name }).where('id', '=', made.id).execute()
  return made.id
}

/** As the log has it: `[hours after midnight, status, why]`. */
async function log(id: string, changes: readonly (readonly [number, Status, string?])[]): Promise<void> {
  let from: Status = 'offline'
  for (const [hours, to, reason = null] of changes) {
    const at = new Date(midnight + hours * HOUR)
    await http.db
      .insertInto('agent_status_log')
      .values({ person_id: id, at, from_status: from, to_status: to, reason })
      .execute()
    from = to
  }
}

const fetchShifts = (who: Staff, query: string) =>
  http.send(`/api/desk/shifts?${query}`, { token: who.access })
async function shifts({ days = 0, team = '' }: { days?: number; team?: string } = {}): Promise<Shifts> {
  const from = midnight + days * DAY
  const answer = await fetchShifts(boss, `from=${from}&to=${from + DAY}${team && `&team=${team}`}`)
  return (await answer.json()) as Shifts
}
const theirs = ({ people }: Shifts, id: string) => people.find(({ person: { id: other } }) => other === id)

describe('the shifts of a day', () => {
  it('are when each came and went, with what they were set to; by name, whoever was not here among them', async () => {
    const [zoe, amir, never] = [await person('Zoe'), await person('amir'), await person('Mina')]
    const night = await person('Night')
    await log(zoe, [
      [8, 'available'],
      [12, 'away', 'Lunch'],
      [13, 'busy'],
      [17, 'offline'],
    ])
    await log(amir, [
      [9.5, 'available'],
      [11, 'wrapUp'],
      [11.5, 'offline'],
      [14, 'available'],
      [15, 'offline'],
    ])
    await log(night, [
      [-3, 'available'],
      [6, 'offline'],
      [22, 'available'],
      [30, 'offline'],
    ])
    const day = await shifts()
    const names = day.people.map(({ person: { name } }) => name)
    expect(names).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)))
    const hours = (id: string) => {
      const { shift, sums } = theirs(day, id) ?? {}
      const span = shift && [
        (shift.from - midnight) / HOUR,
        (shift.to - midnight) / HOUR,
        shift.before,
        shift.on,
      ]
      return [span, (sums?.loggedInMs ?? 0) / HOUR]
    }
    expect(hours(zoe)).toEqual([[8, 17, false, false], 9])
    expect(hours(amir)).toEqual([[9.5, 15, false, false], 3])
    expect(hours(night)).toEqual([[0, 24, true, false], 8])
    expect(hours(never)).toEqual([null, 0])
    expect(theirs(day, zoe)).toMatchObject({
      person: { id: zoe, name: 'Zoe' },
      team: null,
      statuses: [
        { status: 'available', reason: null },
        { status: 'away', reason: 'Lunch' },
        { status: 'busy', reason: null },
      ],
      sums: { away: [{ reason: 'Lunch', ms: HOUR }] },
    })
    expect(day.more).toBe(false)
    // The days beside it know of it what reaches into them.
    expect(theirs(await shifts({ days: 1 }), night)?.shift).toMatchObject({ before: true })
    expect(theirs(await shifts({ days: 2 }), night)?.shift).toBeNull()
    expect(theirs(await shifts({ days: -1 }), zoe)?.shift).toBeNull()
  })

  it('are a team’s, and tell of each in which they are', async () => {
    const [inIt, other] = [await person('In it'), await person('Other')]
    const [team, empty] = [newId(), newId()]
    await configure(http.db, [
      { kind: 'team', id: team, body: { name: 'Night', leaderBoard: false } },
      { kind: 'team', id: empty, body: { name: 'Empty', leaderBoard: false } },
      profile(inIt, { teamId: team }),
    ])
    const its = await shifts({ team })
    expect(its.people.map(({ person: { id }, team: of }) => [id, of?.name])).toEqual([[inIt, 'Night']])
    expect(its.teams).toEqual(
      expect.arrayContaining([
        { id: team, name: 'Night' },
        { id: empty, name: 'Empty' },
      ]),
    )
    expect((await shifts({ team: empty })).people).toEqual([])
    const all = await shifts()
    expect([theirs(all, inIt)?.team?.id, theirs(all, other)?.team]).toEqual([team, null])
  })

  it('are still told of who has gone since, and of nobody who never serves', async () => {
    const [left, reviewer] = [await person('Left'), await person('Reads', 'reviewer')]
    await log(left, [
      [8, 'available'],
      [9, 'offline'],
    ])
    await http.db.updateTable('person').set({ disabled: true }).where('id', '=', left).execute()
    const day = await shifts()
    expect(theirs(day, left)?.sums.loggedInMs).toBe(HOUR)
    expect(theirs(day, reviewer)).toBeUndefined()
    expect(theirs(await shifts({ days: 1 }), left)).toBeUndefined()
  })

  it('are for those who may set others, of one day at a time and of a team that there is', async () => {
    const [from, to] = [midnight, midnight + DAY]
    for (const [role, status] of [
      ['agent', 403],
      ['reviewer', 403],
      ['supervisor', 200],
      ['admin', 200],
    ] as const) {
      expect((await fetchShifts(await http.staff(role), `from=${from}&to=${to}`)).status).toBe(status)
    }
    const queries = {
      [`from=${from}`]: 400,
      [`from=${from}&to=${from}`]: 400,
      [`from=${from}&to=${from + 27 * HOUR}`]: 400,
      [`from=now&to=${to}`]: 400,
      [`from=${from}&to=${to}&team=night`]: 400,
      [`from=${from}&to=${to}&team=${newId()}`]: 404,
    }
    for (const [query, status] of Object.entries(queries))
      expect([query, (await fetchShifts(boss, query)).status]).toEqual([query, status])
    expect((await http.send(`/api/desk/shifts?from=${from}&to=${to}`)).status).toBe(401)
  })
})
