/** What an agent hears of a conversation that a review of theirs points at, and of their own when rules let them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { accessRule, setRules } from '../access/testing.ts'
import { auditPage } from '../audit/audit.store.ts'
import { addRecordedTalk, packetNumbers } from '../clip/testing.ts'
import type { Review, ReviewMoment } from '../contract/assessment.ts'
import type { ReplayData } from '../contract/http.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { addRecordedReview, addScorecard, gatherStaff } from './testing.ts'

let http: TestHttp
let staff: Awaited<ReturnType<typeof gather>>
let scorecardId: string
let conversationId: string
const begin = Date.UTC(2026, 0, 1)
/** So that the moment reaches over both ends of the recording but for its last seconds. */
const at = begin - 5_000
const gather = async () => ({
  ...(await gatherStaff(http, 'agent', 'supervisor', 'reviewer')),
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
  conversationId = await addRecordedTalk(http, begin)
  await http.db
    .updateTable('conversation')
    .set({ agent_ids: [staff.agent.person.id] })
    .where('id', '=', conversationId)
    .execute()
})

const review = async (over: object = {}) => {
  const made = {
    conversationId,
    scorecardId,
    agentId: staff.agent.person.id,
    reviewerId: staff.reviewer.person.id,
  }
  return addRecordedReview(http, { ...made, at, ...over })
}
const get = (who: Who, path: string) => http.send(path, { token: staff[who].access })
const moment = (who: Who, { id, mark }: { id: string; mark: string }, more = '') =>
  get(who, `/api/desk/assessments/${id}/moments/${mark}${more}`)
const said = async (asked: Promise<Response>) => {
  const answer = await asked
  return [answer.status, answer.headers.get('content-type'), await answer.text()]
}
const replayOf = async (who: Who, id: string) =>
  ((await (await get(who, `/api/desk/assessments/${id}`)).json()) as Review).replay

describe('a moment of one’s own review', () => {
  it('is heard around its comment and no further, without what only others may read, and noted each time', async () => {
    const made = await review()
    const { view, handout } = (await (await moment('agent', made)).json()) as ReviewMoment
    const span = { from: at - 20_000, to: at + 10_000 }
    expect(handout).toMatchObject({ span, visitor: null, files: {} })
    expect(handout.events.map(({ payload }) => payload)).toEqual([
      { text: 'a secret before' },
      { text: 'inside [bill.pdf]' },
    ])
    const [sound] = handout.sounds
    const track = await moment('agent', made, `/media/${sound?.src}?view=${view}`)
    const bytes = Buffer.from(await track.arrayBuffer())
    expect(await packetNumbers(bytes)).toEqual(Array.from({ length: 250 }, (_, n) => n))
    await moment('agent', made)
    const { entries } = await auditPage(http.db, { subject: conversationId })
    const facts = { review: made.id, mark: made.mark, ...span }
    expect(entries.map(({ action, person, facts: told }) => [action, person.id, told])).toEqual([
      ['viewed', staff.agent.person.id, facts],
      ['viewed', staff.agent.person.id, facts],
    ])
  })

  it('is the part that was chosen, where one was', async () => {
    const part = { from: begin + 1_000, to: begin + 2_000 }
    const made = await review({ at: part.from, until: part.to })
    const { view, handout } = (await (await moment('agent', made)).json()) as ReviewMoment
    expect(handout.span).toEqual(part)
    const track = await moment('agent', made, `/media/${handout.sounds[0]?.src}?view=${view}`)
    const heard = await packetNumbers(Buffer.from(await track.arrayBuffer()))
    expect(heard).toEqual(Array.from({ length: 50 }, (_, n) => 50 + n))
  })

  it('gives no sound without the viewing that was noted', async () => {
    const [made, other] = [await review(), await review({ scorecardId: await addScorecard(http) })]
    const { view } = (await (await moment('agent', other)).json()) as ReviewMoment
    const asked = (more: string) => moment('agent', made, `/media/0${more}`)
    expect((await asked('')).status).toBe(400)
    for (const another of [newId(), view]) expect((await asked(`?view=${another}`)).status).toBe(404)
    expect((await moment('agent', other, `/media/9?view=${view}`)).status).toBe(404)
    expect((await moment('agent', other, `/media/0?view=${view}`)).status).toBe(200)
  })

  it('is no viewing of the whole: nothing can be said to have been played by it, nor the replay opened unnoted', async () => {
    await setRules(http.db, [accessRule({ roles: ['agent'] })])
    const { view } = (await (await moment('agent', await review())).json()) as ReviewMoment
    const played = await http.send(`/api/replay/${conversationId}/played`, {
      ...{ method: 'POST', token: staff.agent.access },
      json: { view, spans: [{ from: begin, to: begin + 1_000 }] },
    })
    expect(played.status).toBe(404)
    const opened = (await (
      await get('agent', `/api/replay/${conversationId}?view=${view}`)
    ).json()) as ReplayData
    expect(opened.view).not.toBe(view)
    await setRules(http.db, [accessRule({ roles: ['reviewer', 'supervisor', 'admin'] })])
  })

  it('is not there while its conversation goes on', async () => {
    const made = await review()
    const phase = (to: string) =>
      http.db.updateTable('conversation').set({ phase: to }).where('id', '=', conversationId).execute()
    await phase('active')
    expect((await moment('agent', made)).status).toBe(404)
    await phase('ended')
    expect((await moment('agent', made)).status).toBe(200)
  })

  it('is not there for anybody else, before it is theirs to read, or of another review', async () => {
    const missing = await said(moment('agent', { id: newId(), mark: newId() }))
    const [made, other] = [await review(), await review({ scorecardId: await addScorecard(http) })]
    const refused = [
      moment('colleague', made),
      moment('supervisor', made),
      moment('reviewer', made),
      moment('agent', { ...made, mark: other.mark }),
      moment('agent', await review({ state: 'draft', scorecardId: await addScorecard(http) })),
      moment('agent', await review({ purpose: 'calibration', scorecardId: await addScorecard(http) })),
    ]
    for (const one of refused) expect(await said(one)).toEqual(missing)
  })
})

describe('an agent’s own conversation', () => {
  const replay = (who: Who, id = conversationId) => get(who, `/api/replay/${id}`)
  const rule = (over: object = {}) => setRules(http.db, [accessRule({ roles: ['agent'], ...over })])

  it('is replayed where a rule lets them, and a refused one is like one that never was', async () => {
    await rule()
    const { id } = await review()
    expect(((await (await replay('agent')).json()) as ReplayData).calls[0]?.recording).not.toBeNull()
    expect(await replayOf('agent', id)).toBe('yes')
    const missing = await said(replay('agent', newId()))
    expect(await said(replay('colleague'))).toEqual(missing)
    await rule({ roles: ['reviewer'] })
    expect(await said(replay('agent'))).toEqual(missing)
    expect(await replayOf('agent', id)).toBe('no')
  })

  it('shows no reviews, lists, exports or clips, and lets nothing be set right or revealed', async () => {
    await rule({ unmasked: true })
    await review({ state: 'draft' })
    const asked = [
      get('agent', `/api/desk/assessments?conversation=${conversationId}`),
      get('agent', `/api/replay/${conversationId}/clips`),
      get('agent', `/api/replay/filters`),
      ...[
        [`/api/replay/${conversationId}/package`, 'POST', { locale: 'en', notes: false }],
        [`/api/replay/${conversationId}/sensitivity`, 'PUT', { sensitivity: null, reason: 'because' }],
        [`/api/replay/${conversationId}/spoken/1`, 'PUT', { text: 'something else' }],
        ['/api/replay/find', 'POST', { words: '', alike: false, order: 'newest', filter: {} }],
      ].map(([path, method, json]) =>
        http.send(String(path), { method: String(method), json, token: staff.agent.access }),
      ),
    ]
    for (const answer of asked) expect((await answer).status).toBe(403)
    const { events } = (await (await replay('agent')).json()) as ReplayData
    expect(events).toHaveLength(5)
  })
})
