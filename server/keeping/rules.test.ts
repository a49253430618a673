/** What the rules say goes, and when they are applied. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { auditPage } from '../audit/audit.store.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { findVisitor, insertVisitor } from '../visitor/visitor.store.ts'
import { nextAt, readDaily, setDaily } from './daily.service.ts'
import { placeHold, releaseHold } from './hold.service.ts'
import { askRun, previewOf, runJobs } from './job.service.ts'
import { listJobs } from './job.store.ts'
import { ruleOf, rulesOf } from './rules.store.ts'
import { type Place, startPlace } from './testing/place.ts'

let place: Place
beforeAll(async () => {
  place = await startPlace()
}, 90_000)
afterAll(() => place?.stop())

const DAY = 86_400_000
const rule = (what: 'keep' | 'delete', days: number, data: 'recording' | 'transcript' | 'all' = 'all') => ({
  ...{ name: `${what} ${days}`, what, days, data, queueId: null, medium: 'all' as const, reason: 'The law' },
})
const save = (body: object) =>
  saveItem(place.deps, place.admin, { kind: 'keepingRule', id: newId(), version: 0, body })

describe('the rules', () => {
  it('are shown before they are applied, and remove what they say and nothing else', async () => {
    const now = Date.now()
    const old = await place.plant('old', now - 40 * DAY)
    const middle = await place.plant('middle', now - 20 * DAY)
    const young = await place.plant('young', now - 5 * DAY)
    const draft = [rule('delete', 30), rule('delete', 10, 'recording')]
    const expected = { conversations: 1, recordings: 2, transcripts: 2, attachments: 1, kept: 0 }
    expect(await previewOf(place.db, draft.map(ruleOf))).toMatchObject(expected)
    for (const body of draft) await save(body)
    expect((await previewOf(place.db, await rulesOf(place.db))).examples.map((one) => one.id).sort()).toEqual(
      [old.conversationId, middle.conversationId].sort(),
    )
    const id = newId()
    await askRun(place.db, place.admin, { id, reason: 'As each month' })
    await runJobs(place.deps)
    expect(await place.jobOf(id)).toMatchObject({ phase: 'done', removed: 2, kept: 0 })
    // Words that were made of a recording go with it.
    const isSound = (word: string) =>
      /audio|replay|peaks|speaker|spoken|correct|sealed|recordingKey/.test(word)
    const ofConversation = (word: string) =>
      !/email|visitorName|search|external|agent\.|hash|reason|endpoint|p256|auth\.|consent/i.test(word)
    expect(place.found([...old.words.filter(ofConversation), ...middle.words, ...young.words])).toEqual([
      ...middle.words.filter((word) => !isSound(word)),
      ...young.words,
    ])
    expect(await previewOf(place.db, await rulesOf(place.db))).toMatchObject({
      conversations: 0,
      recordings: 0,
    })
    await save(rule('keep', 365))
    const late = await place.plant('late', now - 50 * DAY)
    expect(await previewOf(place.db, await rulesOf(place.db))).toMatchObject({ conversations: 0, kept: 1 })
    expect(await place.ask(late.visitorId)).toBeDefined()
    await runJobs(place.deps)
    expect(place.found(late.words)).toEqual(late.words)
  }, 90_000)
})

it('a hold keeps, as the preview and the run tell it, only what some rule would remove', async () => {
  await forgetRules()
  const old = await place.plant('apart', Date.now() - 40 * DAY)
  const keptBy = async (queueId: string | null) =>
    (await previewOf(place.db, [{ what: 'delete', days: 30, data: null, queueId, medium: null }])).kept
  const before = await keptBy(null)
  const hold = newId()
  const subject = old.conversationId
  await placeHold(place.db, place.admin, { id: hold, of: 'conversation', subject, reason: 'Case 12' })
  expect([await keptBy(null), await keptBy(newId())]).toEqual([before + 1, 0])
  await releaseHold(place.db, place.admin, { id: hold, reason: 'Over' })
  await place.ask(old.visitorId)
  await runJobs(place.deps)
}, 90_000)

describe('a rule that is changed while it is applied', () => {
  it.each([
    ['and keeps what was to go', () => save(rule('keep', 365))],
    ['and is no more', () => forgetRules()],
  ])(
    'counts from the next conversation on: %s',
    async (_, change) => {
      await forgetRules()
      const ended = Date.now() - 40 * DAY
      const [gone, stays] = [await place.plant('before', ended), await place.plant('after', ended)]
      await save(rule('delete', 30))
      const id = newId()
      await askRun(place.db, place.admin, { id, reason: 'As each month' })
      const { recordings } = place.deps
      const erase = async (callId: string) => {
        await recordings.erase(callId)
        if (callId === gone.callId) await change()
      }
      await runJobs({ ...place.deps, recordings: { erase } })
      expect(await place.jobOf(id)).toMatchObject({ phase: 'done', fault: null })
      const left = place.db.selectFrom('conversation').select('id')
      const both = [gone.conversationId, stays.conversationId]
      expect(await left.where('id', 'in', both).execute()).toEqual([{ id: stays.conversationId }])
      await forgetRules()
      await place.ask(gone.visitorId, stays.visitorId)
      await runJobs(place.deps)
    },
    90_000,
  )
})

describe('a conversation of which somebody wrote after its end', () => {
  it('goes by its end, in the preview and in the run', async () => {
    await forgetRules()
    const old = await place.plant('noted', Date.now() - 40 * DAY)
    const row = place.db.updateTable('conversation').where('id', '=', old.conversationId)
    await row.set({ last_at: new Date(Date.now() - DAY) }).execute()
    await save(rule('delete', 30))
    const preview = await previewOf(place.db, await rulesOf(place.db))
    expect(preview.examples.map(({ id }) => id)).toContain(old.conversationId)
    await run()
    const left = place.db.selectFrom('conversation').select('id').where('id', '=', old.conversationId)
    expect(await left.execute()).toEqual([])
  }, 90_000)
})

describe('visitors of whom nothing is left', () => {
  /** As if everything of them were from then. */
  async function age(visitorId: string, days: number) {
    const at = new Date(Date.now() - days * DAY)
    const { db } = place
    await db.updateTable('visitor').set({ created_at: at }).where('id', '=', visitorId).execute()
    await db
      .updateTable('visitor_session')
      .set({ created_at: at })
      .where('visitor_id', '=', visitorId)
      .execute()
    await db
      .updateTable('visitor_consent')
      .set({ agreed_at: at })
      .where('visitor_id', '=', visitorId)
      .execute()
  }
  async function bare(days: number) {
    const id = newId()
    const at = new Date(Date.now() - days * DAY)
    await insertVisitor(place.db, { id, siteId: place.ground.siteId, locale: 'en', at })
    return id
  }
  const isThere = async (id: string) => (await findVisitor(place.db, id)) !== null

  it('go with the rules, unless they were here since, a hold lies on them, or no rule deletes conversations', async () => {
    await forgetRules()
    const lapsed = await place.plant('lapsed', Date.now() - 40 * DAY)
    await age(lapsed.visitorId, 40)
    const back = await place.plant('back', Date.now() - 40 * DAY)
    const [never, fresh, held] = [await bare(40), await bare(5), await bare(40)]
    await placeHold(place.db, place.admin, { id: newId(), of: 'visitor', subject: held, reason: 'Case 12' })
    await save(rule('delete', 10, 'recording'))
    await run()
    expect(await isThere(never)).toBe(true)
    await save(rule('delete', 30))
    expect(await previewOf(place.db, await rulesOf(place.db))).toMatchObject({ visitors: 2 })
    await run()
    const all = [lapsed.visitorId, never, back.visitorId, fresh, held]
    expect(await Promise.all(all.map(isThere))).toEqual([false, false, true, true, true])
    // A search that a colleague keeps goes when somebody is erased, not with time.
    expect(place.found(lapsed.words)).toEqual(lapsed.words.filter((word) => /visitorName|search/.test(word)))
  }, 90_000)
})

async function run() {
  const id = newId()
  await askRun(place.db, place.admin, { id, reason: 'As each month' })
  await runJobs(place.deps)
  expect(await place.jobOf(id)).toMatchObject({ phase: 'done' })
}
const forgetRules = () => place.db.deleteFrom('configuration').where('kind', '=', 'keepingRule').execute()

describe('each day', () => {
  const runs = async () => (await listJobs(place.db)).filter(({ kind }) => kind === 'daily')
  const itIsTime = () =>
    place.db
      .updateTable('keeping_daily')
      .set({ due_at: new Date(0) })
      .execute()
  const daily = { hour: 3, timeZone: 'Asia/Tehran' }

  it('the rules apply themselves where somebody has said so, once, and both are in the audit log', async () => {
    await forgetRules()
    await save(rule('delete', 30))
    const old = await place.plant('daily', Date.now() - 40 * DAY)
    await runJobs(place.deps)
    expect([await readDaily(place.db), await runs()]).toEqual([{ daily: null }, []])
    await setDaily(place.db, place.admin, { daily, reason: 'The policy' })
    expect(await readDaily(place.db)).toEqual({ daily })
    await runJobs(place.deps)
    expect(await runs()).toEqual([])
    await itIsTime()
    await runJobs(place.deps)
    await runJobs(place.deps)
    const made = await runs()
    expect(made).toMatchObject([{ phase: 'done', by: 'Root' }])
    const talk = place.db.selectFrom('conversation').select('id').where('id', '=', old.conversationId)
    expect(await talk.execute()).toEqual([])
    await setDaily(place.db, place.admin, { daily: null, reason: 'Not any more' })
    await itIsTime()
    await runJobs(place.deps)
    expect(await runs()).toHaveLength(1)
    const { entries } = await auditPage(place.db, { kind: 'keepingDaily' })
    expect(entries.map(({ action, facts, reason }) => [action, facts, reason])).toEqual([
      ['changed', { daily: null }, 'Not any more'],
      ['changed', { daily }, 'The policy'],
    ])
    const applied = await auditPage(place.db, { subject: made[0]?.id })
    expect(applied.entries).toMatchObject([{ action: 'applied', facts: { daily: true } }])
  }, 90_000)

  it('nothing begins while no rule deletes anything', async () => {
    await forgetRules()
    await setDaily(place.db, place.admin, { daily, reason: 'The policy' })
    await itIsTime()
    const before = await runs()
    await runJobs(place.deps)
    expect(await runs()).toEqual(before)
  })

  it.each([
    ['later today', '2026-06-01T12:00:00Z', 18, 'Europe/Berlin', '2026-06-01T16:00:00Z'],
    ['tomorrow', '2026-06-01T16:00:00Z', 18, 'Europe/Berlin', '2026-06-02T16:00:00Z'],
    ['by the zone’s day', '2026-06-01T22:00:00Z', 3, 'Asia/Tehran', '2026-06-01T23:30:00Z'],
    ['after an hour that is skipped', '2026-03-29T00:30:00Z', 2, 'Europe/Berlin', '2026-03-29T01:00:00Z'],
  ])('its time comes %s', (_, now, hour, timeZone, then) => {
    expect(new Date(nextAt({ hour, timeZone }, Date.parse(now)))).toEqual(new Date(then))
  })
})
