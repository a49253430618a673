import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import {
  LONGEST_PART_MS,
  type Review,
  type ReviewLine,
  type ReviewsOfConversation,
} from '../contract/assessment.ts'
import type { AuditPage } from '../contract/configuration.ts'
import type { Failure } from '../contract/errors.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { idOf } from '../scorecard/testing.ts'
import { MOST_LISTED } from './assessment.store.ts'
import { addConversation, addScorecard, gatherStaff, ok, putInTeam, refusal } from './testing.ts'

let http: TestHttp
let staff: Awaited<ReturnType<typeof gather>>
let scorecardId: string
let conversationId: string
const gather = async () => ({
  ...(await gatherStaff(http, 'agent', 'supervisor', 'reviewer', 'admin')),
  ...{ second: await http.staff('reviewer'), colleague: await http.staff('agent') },
})
type Who = keyof typeof staff

beforeAll(async () => {
  http = await startTestHttp()
  staff = await gather()
  scorecardId = await addScorecard(http)
})
afterAll(() => http.close())
beforeEach(async () => {
  conversationId = await addConversation(http, staff.agent.person)
})

const base = '/api/desk/assessments'
const send = (who: Who, path: string, method = 'GET', json?: unknown) =>
  http.send(`${base}${path}`, { method, token: staff[who].access, ...(json === undefined ? {} : { json }) })

const begin = (who: Who = 'reviewer', over: object = {}) =>
  send(who, '', 'POST', { id: newId(), conversationId, agentId: staff.agent.person.id, scorecardId, ...over })
const good = { [idOf(1)]: 'yes', [idOf(2)]: '4', [idOf(3)]: 'yes' }
const written = (rev: number, answers: object = good) => ({ rev, answers, notes: {}, summary: 'Well done' })
const submitted = async (who: Who = 'reviewer', over: object = {}): Promise<Review> => {
  const { id, rev } = await ok(begin(who, over))
  return await ok(send(who, `/${id}/submit`, 'POST', written(rev)))
}
const mine = async (who: Who) => (await ok<{ reviews: ReviewLine[] }>(send(who, '/mine'))).reviews
const disableLeadsBut = (id: string, disabled: boolean) =>
  http.db
    .updateTable('person')
    .set({ disabled })
    .where('role', 'in', ['supervisor', 'admin'])
    .where('id', '<>', id)
    .execute()
/** Which of these the agent is told of from now on. */
function toldOf(...ids: string[]): string[] {
  const told: string[] = []
  http.bus.on('reviewed', ({ personId, reviewId }) => {
    if (personId === staff.agent.person.id && ids.includes(reviewId)) told.push(reviewId)
  })
  return told
}
const beside = (who: Who) => ok<ReviewsOfConversation>(send(who, `?conversation=${conversationId}`))

describe('scoring', () => {
  it('begins with what the log fills in, keeps drafts, and counts from when it is handed in', async () => {
    const json = { id: newId(), conversationId, agentId: staff.agent.person.id, scorecardId }
    const begun = await ok(send('reviewer', '', 'POST', json))
    expect(begun).toMatchObject({ state: 'draft', rev: 0, answers: { [idOf(3)]: 'yes' }, points: null })
    expect(begun.measured.firstReplyMs).toBe(30_000)
    expect((await ok(send('reviewer', '', 'POST', json))).id).toBe(begun.id)
    expect(await refusal(begin())).toBe('conflict')

    const kept = await ok(send('reviewer', `/${begun.id}`, 'PUT', written(0, { [idOf(1)]: 'yes' })))
    expect(kept).toMatchObject({ rev: 1, answers: { [idOf(1)]: 'yes' }, summary: 'Well done' })
    const late = await send('reviewer', `/${begun.id}`, 'PUT', written(0))
    expect(((await late.json()) as Failure).detail?.reason).toBe('version')
    const open = await send('reviewer', `/${begun.id}/submit`, 'POST', written(1, { [idOf(1)]: 'yes' }))
    expect(((await open.json()) as Failure).detail).toEqual({
      reason: 'missing',
      field: `answers.${idOf(2)}`,
    })

    expect(await mine('agent')).toEqual([])
    const done = await ok(send('reviewer', `/${begun.id}/submit`, 'POST', written(1)))
    expect(done).toMatchObject({ state: 'submitted', passed: true, failed: false, may: ['askSecond'] })
    expect(done.points).toBeCloseTo(0.925, 9)
    expect(await refusal(send('reviewer', `/${begun.id}`, 'PUT', written(2)))).toBe('conflict')
    expect((await mine('agent')).map(({ id }) => id)).toContain(begun.id)
  })

  it('fills in for whom a conversation came to later what was theirs, not what the first agent let wait', async () => {
    const { id: later, name } = staff.colleague.person
    const talk = await addConversation(http, staff.agent.person, { replyMs: 300_000 })
    const at = new Date(Date.UTC(2026, 0, 5) + 300_001)
    const passed = { conversation_id: talk, seq: 6, v: 1, type: 'assigned', at }
    await http.db
      .insertInto('conversation_event')
      .values({ ...passed, actor_kind: 'system', payload: JSON.stringify({ agentId: later, name }) })
      .execute()
    const both = { agent_ids: [staff.agent.person.id, later] }
    await http.db.updateTable('conversation').set(both).where('id', '=', talk).execute()
    const filled = async (agentId: string) =>
      (await ok(begin('reviewer', { conversationId: talk, agentId }))).answers
    expect((await filled(staff.agent.person.id))[idOf(3)]).toBe('no')
    expect((await filled(later))[idOf(3)]).toBe('na')
  })

  it('keeps only answers that the card knows', async () => {
    const { id } = await ok(begin())
    const answers = { [idOf(1)]: 'perhaps', [idOf(2)]: '4', [newId()]: 'yes' }
    const notes = { [idOf(1)]: 'Why', [newId()]: 'Stray' }
    const kept = await ok(send('reviewer', `/${id}`, 'PUT', { rev: 0, answers, notes, summary: '' }))
    expect([kept.answers, kept.notes]).toEqual([{ [idOf(2)]: '4' }, { [idOf(1)]: 'Why' }])
  })

  it('keeps no card number, in whichever words of a review or of what follows it', async () => {
    const [card, dots] = ['4539 1488 0343 6467', '•••• •••• •••• ••••']
    const words = { answers: { ...good, [idOf(4)]: card }, notes: { [idOf(1)]: card }, summary: card }
    const { id, rev } = await ok(begin())
    const at = Date.UTC(2026, 0, 5)
    const said = { at, kind: 'comment', text: `The agent repeats ${card}`, questionId: null }
    await ok(send('reviewer', `/${id}/marks/${newId()}`, 'PUT', said))
    await ok(send('reviewer', `/${id}`, 'PUT', { rev, ...words }))
    await ok(send('reviewer', `/${id}/submit`, 'POST', { rev: rev + 1, ...words }))
    await ok(send('agent', `/${id}/dispute`, 'POST', { words: card }))
    const decision = { outcome: 'changed', words: card, answers: words.answers }
    const read = await ok(send('supervisor', `/${id}/decide`, 'POST', decision))
    const { answers, notes, summary, marks, steps } = read
    expect([answers[idOf(4)], notes, summary]).toEqual([dots, { [idOf(1)]: dots }, dots])
    expect(marks[0]?.text).toBe(`The agent repeats ${dots}`)
    expect(steps.map((step) => step.words)).toEqual(['', dots, dots])
    expect(JSON.stringify(read)).not.toContain('4539')
  })

  it('of moments and parts, also as evidence for an answer, while it is being written', async () => {
    const { id, rev } = await ok(begin())
    const mark = newId()
    const at = Date.UTC(2026, 0, 5)
    const said = { at, kind: 'comment', text: 'Friendly', questionId: idOf(1) }
    expect((await ok(send('reviewer', `/${id}/marks/${mark}`, 'PUT', said))).marks).toEqual([
      { ...said, until: null, id: mark },
    ])
    const flag = { ...said, kind: 'flag', text: '', until: at + 30_000 }
    expect((await ok(send('reviewer', `/${id}/marks/${mark}`, 'PUT', flag))).marks).toEqual([
      { ...flag, id: mark },
    ])
    for (const until of [at, at - 1, at + LONGEST_PART_MS + 1])
      expect(await refusal(send('reviewer', `/${id}/marks/${mark}`, 'PUT', { ...flag, until }))).toBe(
        'badInput',
      )
    // It began at `at` and took a minute and a half.
    const [late, early] = [
      { ...said, at: at + 120_000 },
      { ...said, at: at - 1 },
    ]
    for (const outside of [late, early, { ...flag, until: at + 120_000 }])
      expect(await refusal(send('reviewer', `/${id}/marks/${mark}`, 'PUT', outside))).toBe('badInput')
    const empty = { ...said, text: ' ' }
    expect(await refusal(send('reviewer', `/${id}/marks/${newId()}`, 'PUT', empty))).toBe('badInput')
    const another = await ok(begin('second'))
    expect(await refusal(send('second', `/${another.id}/marks/${mark}`, 'PUT', said))).toBe('conflict')
    expect((await ok(send('reviewer', `/${id}/marks/${mark}`, 'DELETE'))).marks).toEqual([])
    await ok(send('reviewer', `/${id}/marks/${mark}`, 'PUT', said))
    await ok(send('reviewer', `/${id}/submit`, 'POST', written(rev)))
    expect((await ok(send('agent', `/${id}`))).marks).toHaveLength(1)
    expect(await refusal(send('reviewer', `/${id}/marks/${mark}`, 'DELETE'))).toBe('conflict')
  })

  it('is of somebody who took part, not of oneself, by a card that is offered', async () => {
    expect(await refusal(begin('reviewer', { agentId: staff.colleague.person.id }))).toBe('badInput')
    expect(await refusal(begin('reviewer', { scorecardId: newId() }))).toBe('badInput')
    expect(await refusal(begin('reviewer', { conversationId: newId() }))).toBe('notFound')
    const own = await addConversation(http, staff.supervisor.person)
    const agentId = staff.supervisor.person.id
    expect(await refusal(begin('supervisor', { conversationId: own, agentId }))).toBe('badInput')
    expect(await refusal(begin('agent'))).toBe('notAllowed')
  })

  it('can be taken back until it is handed in', async () => {
    const { id } = await ok(begin())
    await ok(send('reviewer', `/${id}`, 'DELETE'))
    expect(await refusal(send('reviewer', `/${id}`))).toBe('notFound')
    const { id: done } = await submitted()
    expect(await refusal(send('reviewer', `/${done}`, 'DELETE'))).toBe('conflict')
  })
})

describe('a second, blind scoring', () => {
  it('shows neither anything of the other until both are in, and the agent only what counts', async () => {
    const first = await submitted()
    const id = newId()
    const asked = await ok(
      send('reviewer', `/${first.id}/second`, 'POST', { id, reviewerId: staff.second.person.id }),
    )
    expect(asked).toMatchObject({ awaitsSecond: true, second: null })
    const work = await ok<{ reviews: ReviewLine[] }>(send('second', '/work'))
    expect(work.reviews.map((one) => [one.id, one.purpose, one.state])).toContainEqual([id, 'second', 'open'])
    for (const who of ['second', 'agent', 'supervisor', 'admin'] as const)
      expect(await refusal(send(who, `/${first.id}`))).toBe('notFound')
    expect((await beside('second')).reviews.map((one) => one.id)).toEqual([id])
    expect(await mine('agent')).not.toContainEqual(expect.objectContaining({ id: first.id }))
    const log = await http.send(`/api/desk/audit?subject=${first.id}`, { token: staff.admin.access })
    const deeds = ((await log.json()) as AuditPage).entries
    expect(deeds.map(({ action }) => action)).toEqual(['submitted', 'created'])
    expect(JSON.stringify(deeds)).not.toContain('points')

    const other = { [idOf(1)]: 'yes', [idOf(2)]: '2', [idOf(3)]: 'yes' }
    const told = toldOf(first.id, id)
    await ok(send('second', `/${id}/submit`, 'POST', written(0, other)))
    expect(told).toEqual([first.id])
    expect((await ok(send('supervisor', `/${first.id}`))).second).toMatchObject({ id, agreement: 2 / 3 })
    expect((await ok(send('second', `/${first.id}`))).points).toBe(first.points)
    expect((await ok(send('agent', `/${first.id}`))).second).toBeNull()
    expect(await refusal(send('agent', `/${id}`))).toBe('notFound')
  })

  it('is asked of somebody else who scores, once, and can be declined or taken back', async () => {
    const first = await submitted()
    const ask = (reviewerId: string) =>
      send('reviewer', `/${first.id}/second`, 'POST', { id: newId(), reviewerId })
    expect(await refusal(ask(staff.reviewer.person.id))).toBe('badInput')
    expect(await refusal(ask(staff.colleague.person.id))).toBe('badInput')
    await ok(ask(staff.second.person.id))
    expect(await refusal(ask(staff.supervisor.person.id))).toBe('conflict')
    const told = toldOf(first.id)
    await ok(send('reviewer', `/${first.id}/second`, 'DELETE'))
    expect(told).toEqual([first.id])
    await ok(ask(staff.second.person.id))
    const [second] = (await beside('second')).reviews
    await ok(send('second', `/${second?.id}`, 'DELETE'))
    expect(told).toEqual([first.id, first.id])
    expect((await ok(send('agent', `/${first.id}`))).awaitsSecond).toBe(false)
  })
})

describe('the agent', () => {
  it('sees what is in, but not by whom, and acknowledges it once', async () => {
    const told: string[] = []
    http.bus.on('reviewed', ({ reviewId }) => told.push(reviewId))
    const { id } = await submitted()
    expect(told).toEqual([id])
    const seen = await ok(send('agent', `/${id}`))
    expect([seen.reviewer, seen.steps[0]?.person]).toEqual([null, null])
    expect(seen.may).toEqual(['acknowledge', 'dispute'])
    expect((await ok(send('agent', `/${id}/acknowledge`, 'POST'))).state).toBe('acknowledged')
    expect(await refusal(send('agent', `/${id}/dispute`, 'POST', { words: 'No' }))).toBe('conflict')
    expect(await refusal(send('colleague', `/${id}`))).toBe('notFound')
  })

  it('disputes; a lead decides with new answers; all of it stays in the history and the audit log', async () => {
    const { id, points } = await submitted()
    expect(await refusal(send('agent', `/${id}/dispute`, 'POST', { words: '' }))).toBe('badInput')
    await ok(send('agent', `/${id}/dispute`, 'POST', { words: 'I did greet' }))
    const waiting = await ok<{ reviews: ReviewLine[] }>(send('supervisor', '/disputed'))
    expect(waiting.reviews.map((one) => one.id)).toContain(id)
    expect(await refusal(send('reviewer', '/disputed'))).toBe('notAllowed')
    const decide = (who: Who, json: object) =>
      send(who, `/${id}/decide`, 'POST', { words: 'Heard again', ...json })
    expect(await refusal(decide('reviewer', { outcome: 'upheld' }))).toBe('conflict')
    expect(await refusal(decide('supervisor', { outcome: 'changed' }))).toBe('badInput')
    const answers = { ...good, [idOf(2)]: '5' }
    const decided = await ok(decide('supervisor', { outcome: 'changed', answers }))
    expect(decided).toMatchObject({ state: 'decided', answers })
    expect(decided.points).toBeCloseTo(1, 9)
    const { steps } = await ok(send('agent', `/${id}`))
    expect(steps.map(({ step, words }) => [step, words])).toEqual([
      ...[
        ['submitted', ''],
        ['disputed', 'I did greet'],
        ['changed', 'Heard again'],
      ],
    ])
    expect(steps.at(-1)).toMatchObject({ pointsBefore: points, person: 'The supervisor' })
    expect(steps.map(({ answersBefore }) => answersBefore)).toEqual([null, null, good])
    const log = await http.send(`/api/desk/audit?subject=${id}`, { token: staff.admin.access })
    const deeds = ((await log.json()) as AuditPage).entries.map(({ action }) => action).reverse()
    expect(deeds).toEqual(['created', 'submitted', 'disputed', 'decided', 'viewed'])
  })

  it('whose review is annulled keeps it, and it counts no more', async () => {
    const { id, points } = await submitted()
    await ok(send('agent', `/${id}/dispute`, 'POST', { words: 'That was not me' }))
    const json = { outcome: 'annulled', words: 'True' }
    expect(await ok(send('admin', `/${id}/decide`, 'POST', json))).toMatchObject({ annulled: true, points })
  })
})

describe('a dispute about a score that a lead gave', () => {
  const disputed = async () => {
    const { id } = await submitted('supervisor')
    await ok(send('agent', `/${id}/dispute`, 'POST', { words: 'No' }))
    return id
  }
  const listed = async (who: Who) =>
    (await ok<{ reviews: ReviewLine[] }>(send(who, '/disputed'))).reviews.map((one) => one.id)
  const decided = (who: Who, id: string) =>
    send(who, `/${id}/decide`, 'POST', { outcome: 'upheld', words: 'Heard again' })
  const disableOthers = (disabled: boolean) => disableLeadsBut(staff.supervisor.person.id, disabled)

  it('is another lead’s to decide', async () => {
    const id = await disputed()
    expect(await listed('supervisor')).not.toContain(id)
    expect(await refusal(decided('supervisor', id))).toBe('conflict')
    expect(await listed('admin')).toContain(id)
    expect(await ok(decided('admin', id))).toMatchObject({ state: 'decided' })
  })

  it('is their own to decide where there is no other, so that it does not wait for ever', async () => {
    await disableOthers(true)
    const id = await disputed()
    expect(await listed('supervisor')).toContain(id)
    expect((await ok(send('supervisor', `/${id}`))).may).toContain('decide')
    expect(await ok(decided('supervisor', id))).toMatchObject({ state: 'decided' })
    await disableOthers(false)
  })
})

describe('a dispute of the only lead', () => {
  it('is left to whoever scored it, and to no other reviewer: else nobody could ever decide', async () => {
    const lead = staff.supervisor.person
    conversationId = await addConversation(http, lead)
    const { id } = await submitted('reviewer', { agentId: lead.id })
    await ok(send('supervisor', `/${id}/dispute`, 'POST', { words: 'No' }))
    const list = async (who: Who) =>
      (await ok<{ reviews: ReviewLine[] }>(send(who, '/work'))).reviews.map((one) => one.id)
    expect(await list('reviewer')).not.toContain(id)
    await disableLeadsBut(lead.id, true)
    expect(await list('reviewer')).toContain(id)
    expect(await list('second')).not.toContain(id)
    const decided = (who: Who) =>
      send(who, `/${id}/decide`, 'POST', { outcome: 'upheld', words: 'Heard again' })
    expect(await refusal(decided('supervisor'))).toBe('conflict')
    expect(await refusal(decided('second'))).toBe('conflict')
    expect((await ok<Review>(send('supervisor', `/${id}`))).deciders).toEqual([null])
    const { deciders, steps } = await ok<Review>(decided('reviewer'))
    expect(deciders).toBeNull()
    // Who scored it would be told by who decided.
    expect(steps.at(-1)?.person).toBe(staff.reviewer.person.name)
    expect((await ok<Review>(send('supervisor', `/${id}`))).steps.at(-1)?.person).toBeNull()
    await disableLeadsBut(lead.id, false)
  })

  const change = (who: Who, change: { disabled: boolean } | { role: string }) =>
    http.db.updateTable('person').set(change).where('id', '=', staff[who].person.id).execute()
  const leftBy = async (who: Who) => {
    const lead = staff.supervisor.person
    conversationId = await addConversation(http, lead)
    const { id } = await submitted(who, { agentId: lead.id })
    await ok(send('supervisor', `/${id}/dispute`, 'POST', { words: 'No' }))
    await disableLeadsBut(lead.id, true)
    return id
  }

  it('goes on to the other reviewers where whoever scored it is shut out or an agent now', async () => {
    const lead = staff.supervisor.person
    for (const gone of [{ disabled: true }, { role: 'agent' }]) {
      const id = await leftBy('reviewer')
      await change('reviewer', gone)
      const { deciders } = await ok<Review>(send('supervisor', `/${id}`))
      expect(deciders).toContain(staff.second.person.name)
      const { reviews } = await ok<{ reviews: ReviewLine[] }>(send('second', '/work'))
      expect(reviews.map((one) => one.id)).toContain(id)
      const body = { outcome: 'upheld', words: 'Heard again' }
      expect(await ok(send('second', `/${id}/decide`, 'POST', body))).toMatchObject({ state: 'decided' })
      await change('reviewer', { disabled: false })
      await change('reviewer', { role: 'reviewer' })
      await disableLeadsBut(lead.id, false)
    }
  })

  it('is their own at last, when everybody else who scores is gone', async () => {
    const id = await leftBy('reviewer')
    const others = http.db.updateTable('person').where('role', '=', 'reviewer')
    await others.set({ disabled: true }).execute()
    const { deciders, may } = await ok<Review>(send('supervisor', `/${id}`))
    expect([deciders, may]).toEqual([[staff.supervisor.person.name], ['decide']])
    const body = { outcome: 'upheld', words: 'They were right' }
    expect(await ok(send('supervisor', `/${id}/decide`, 'POST', body))).toMatchObject({ state: 'decided' })
    await others.set({ disabled: false }).execute()
    await disableLeadsBut(staff.supervisor.person.id, false)
  })
})

describe('a supervisor in a team', () => {
  it('scores, sees and decides for its agents alone', async () => {
    const [teamId, other] = [newId(), newId()]
    const outsider = await http.staff('supervisor')
    await putInTeam(http, staff.agent.person.id, teamId)
    await putInTeam(http, outsider.person.id, other)
    const { id } = await submitted()
    const ask = (path: string, init: object = {}) =>
      http.send(`${base}${path}`, { token: outsider.access, ...init })
    const [theirs, nobodys] = [await ask(`/${id}`), await ask(`/${newId()}`)]
    expect([theirs.status, await theirs.text()]).toEqual([404, await nobodys.text()])
    const json = { id: newId(), conversationId, agentId: staff.agent.person.id, scorecardId }
    expect(await refusal(ask('', { method: 'POST', json }))).toBe('badInput')
    const seen = await ok<ReviewsOfConversation>(ask(`?conversation=${conversationId}`))
    expect([seen.reviews, seen.agents]).toEqual([[], []])
    await ok(send('agent', `/${id}/dispute`, 'POST', { words: 'No' }))
    expect(await ok(ask('/disputed'))).toEqual({ reviews: [] })
    expect((await beside('supervisor')).reviews).toHaveLength(1)

    // Theirs is listed behind a page of other teams'.
    const copy = sql`jsonb_build_object('id', '00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))`
    await sql`insert into assessment select (jsonb_populate_record(a, ${copy})).*
      from assessment a, generate_series(1, ${MOST_LISTED}) n where a.id = ${id}`.execute(http.db)
    const { colleague } = staff
    await putInTeam(http, colleague.person.id, other)
    conversationId = await addConversation(http, colleague.person)
    const own = await submitted('reviewer', { agentId: colleague.person.id })
    await ok(send('colleague', `/${own.id}/dispute`, 'POST', { words: 'No' }))
    const { reviews } = await ok<{ reviews: ReviewLine[] }>(ask('/disputed'))
    expect(reviews.map((one) => one.id)).toEqual([own.id])
  })
})

describe('a door of reviews', () => {
  const id = newId()
  const doors = [
    ...['GET', 'PUT', 'DELETE'].map((method) => `${method} /${id}`),
    ...['submit', 'second', 'acknowledge', 'dispute', 'decide'].map((deed) => `POST /${id}/${deed}`),
    ...[`DELETE /${id}/second`, `PUT /${id}/marks/${id}`, `DELETE /${id}/marks/${id}`],
    ...[`GET ?conversation=${id}`, 'GET /mine', 'GET /work', 'GET /disputed', 'POST '],
  ]
  it.each(doors)('%s asks who is there first', async (door) => {
    const [method = '', path = ''] = door.split(' ')
    expect((await http.send(`${base}${path}`, { method })).status).toBe(401)
  })
  it('answers for what is not there as for what is not the caller’s', async () => {
    const { id: theirs } = await ok(begin())
    const texts = await Promise.all(
      [theirs, newId(), 'odd'].map(async (one) => (await send('second', `/${one}`)).text()),
    )
    expect(new Set(texts).size).toBe(1)
  })
})
