import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { createBus } from '../bus.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { formBody, hoursBody, queueBody } from '../configuration/testing.ts'
import type { ConfigurationBody, ConfigurationKind } from '../contract/configuration.ts'
import type { Team } from '../contract/waiting.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { eventually } from '../../scripts/runner/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update person set status = 'offline'`.execute(app.db)
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
  await sql`update site set queue_id = null, offline_form = null, waiting_form = null`.execute(app.db)
})

const admin = { kind: 'staff', personId: id(), name: 'Root', role: 'admin', queues: [] } as const
const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })

async function configure(kind: ConfigurationKind, body: ConfigurationBody): Promise<string> {
  const d = { db: app.db, bus: createBus() }
  return (await saveItem(d, admin, { kind, id: id(), version: 0, body })).id
}

async function stateOf(conversationId: string): Promise<ConversationState> {
  const query = app.db.selectFrom('conversation').select('state').where('id', '=', conversationId)
  return (await query.executeTakeFirstOrThrow()).state as unknown as ConversationState
}

describe('who waits', () => {
  it('is told the place, and each change of it; the first told stays with the wait', async () => {
    const agent = await app.staff('Sara')
    await agent.request('status.set', { status: 'busy' })
    const [first, second] = [await app.visitor(), await app.visitor()]
    const one = await first.request('message.send', hello())
    const two = await second.request('message.send', hello())
    const place = await second.push('waiting', ({ position }) => position === 2)
    expect(place).toMatchObject({ conversationId: two.conversationId })
    await agent.request('conversation.take', one)
    await second.push('waiting', ({ position }) => position === 1)
    const outlook = await second.request('outlook', {})
    expect(outlook).toMatchObject({
      place: { position: 1 },
      team: { online: false, open: true, full: false },
    })
    const row = await app.db
      .selectFrom('contact')
      .select(['told_position', 'kind'])
      .where('conversation_id', '=', two.conversationId)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ told_position: 2, kind: 'live' })
  })

  it('is told a range by what the agents have in hand and how long such things took', async () => {
    const agent = await app.staff('Sara')
    await sql`insert into contact (conversation_id, medium, kind, queued_at, offered_at, answered_at, finished_at)
      select c.id, 'chat', 'live', now() - interval '10 min', now() - interval '10 min', now() - interval '10 min',
        now() - interval '8 min' from (select id from conversation limit 1) c, generate_series(1, 40)`.execute(
      app.db,
    )
    await sql`update person set status = 'available', gone_since = null where id = ${agent.session.person.id}`.execute(
      app.db,
    )
    const visitors = await Promise.all(Array.from({ length: 6 }, () => app.visitor()))
    for (const visitor of visitors) await visitor.request('message.send', hello())
    await agent.push('offer')
    const last = visitors.at(-1)!
    const { waitMs } = await last.push('waiting', (one) => one.position === 6 && one.waitMs !== null)
    // Four hands, all offered or taken; handling takes two minutes.
    expect(waitMs!.to).toBeGreaterThanOrEqual(waitMs!.from)
    expect(waitMs!.to).toBeLessThan(600_000)
  })
})

describe('whether somebody is there', () => {
  it('is told to every visitor of the site, and again when it changes', async () => {
    const visitor = await app.visitor()
    await visitor.push('team', ({ online }) => !online)
    const agent = await app.staff('Sara')
    await agent.request('status.set', { status: 'available' })
    await visitor.push('team', ({ online, open, full }) => online && open && !full)
  })

  it('is that of the queue that the site enters, with when it opens', async () => {
    const day = { date: new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10), name: 'Sale' }
    const never = Array.from({ length: 7 }, () => [])
    const exceptions = [{ ...day, openings: [{ from: '10:00', to: '12:00' }] }]
    const hoursId = await configure('hours', hoursBody({ timeZone: 'UTC', week: never, exceptions }))
    const queueId = await configure('queue', queueBody({ name: id(), hoursId }))
    await app.db.updateTable('site').set({ queue_id: queueId }).execute()
    const visitor = await app.visitor()
    const opensAt = Date.parse(`${day.date}T10:00:00Z`)
    await visitor.push('team', (team) => !team.open && team.opensAt === opensAt)
  })
})

describe('whose conversation was transferred', () => {
  const dayMs = 86_400_000
  const opensAt = (Math.floor(Date.now() / dayMs) + 2) * dayMs + 10 * 3_600_000
  const never = Array.from({ length: 7 }, () => [])
  const always = never.map(() => [{ from: '00:00', to: '24:00' }])
  const sale = { date: new Date(opensAt).toISOString().slice(0, 10), name: 'Sale' }
  const once = hoursBody({
    ...{ timeZone: 'UTC', week: never },
    exceptions: [{ ...sale, openings: [{ from: '10:00', to: '12:00' }] }],
  })

  it('is told of the queue in which it waits, others still of the site’s', async () => {
    const hours = { ...once, name: id() }
    const hoursId = await configure('hours', hours)
    const without = { callback: null, voicemail: null }
    const queueId = await configure('queue', queueBody({ name: id(), hoursId, ...without }))
    const agent = await app.staff('Sara')
    await agent.request('status.set', { status: 'away' })
    const [visitor, other] = [await app.visitor(), await app.visitor()]
    const told = async (who: typeof visitor, since: number, fits: (team: Team) => boolean) =>
      await eventually('the team is told', () =>
        who.pushes.slice(since).some(({ name, payload }) => name === 'team' && fits(payload as Team)),
      )
    const { conversationId } = await visitor.request('message.send', hello())
    await Promise.all([visitor, other].map((who) => who.push('team', ({ open }) => open)))
    await agent.request('conversation.take', { conversationId })
    const [seen, seenByOther] = [visitor.pushes.length, other.pushes.length]
    const to = { kind: 'queue' as const, id: queueId }
    await agent.request('conversation.transfer', { conversationId, to, note: '', anyway: true })
    await agent.request('status.set', { status: 'available' })
    await told(visitor, seen, (team) => !team.open && team.opensAt === opensAt)
    expect(await visitor.request('outlook', {})).toMatchObject({
      ...{ queueId, ...without },
      team: { online: false, open: false, opensAt },
    })
    expect(await other.request('outlook', {})).toMatchObject({
      queueId: null,
      team: { online: true, open: true },
      callback: { openings: null },
    })
    await told(other, seenByOther, ({ online }) => online)
    expect(other.pushes.slice(seenByOther)).not.toContainEqual({
      name: 'team',
      payload: expect.objectContaining({ open: false }),
    })
    // A further page of theirs hears the same at once.
    const again = await app.visitor(visitor.session)
    await again.push('team', ({ open }) => !open)
    expect(again.pushes.filter(({ name }) => name === 'team')).toMatchObject([{ payload: { open: false } }])

    const since = visitor.pushes.length
    await saveItem({ db: app.db, bus: createBus() }, admin, {
      ...{ kind: 'hours' as const, id: hoursId, version: 1 },
      body: { ...hours, week: always },
    })
    await told(visitor, since, ({ open }) => open)
    await visitor.request('conversation.end', { conversationId })
    expect(await visitor.request('outlook', {})).toMatchObject({ queueId: null, team: { online: true } })
    await visitor.push('team', ({ online, open }) => online && open)
  })
})

describe('a form', () => {
  const leave = (answers: Record<string, string>, over = {}) => ({
    ...{ conversationId: null, clientId: id(), purpose: 'offline' as const, answers },
    ...over,
  })

  it('for leaving word makes an open task, once, with the address as not verified', async () => {
    const visitor = await app.visitor()
    const input = leave({ name: 'Reza', email: 'reza@example.test', message: 'Is the lamp in stock?' })
    const sent = await visitor.request('form.send', input)
    expect(await visitor.request('form.send', input)).toEqual(sent)
    const state = await stateOf(sent.conversationId)
    expect(state).toMatchObject({
      task: { kind: 'message', why: 'left' },
      phase: { name: 'queued' },
      lastText: { text: 'Is the lamp in stock?', by: { kind: 'visitor' } },
    })
    const agent = await app.staff('Sara')
    const { rows } = await agent.request('inbox', {})
    const row = rows.find((one) => one.conversationId === sent.conversationId)
    expect(row?.visitor).toMatchObject({ name: 'Reza', email: 'reza@example.test', verified: false })
    const told = await agent.request('resume', sent)
    const events = told.kind === 'snapshot' ? told.snapshot.events : []
    expect(events.find(({ type }) => type === 'formAnswered')?.payload).toEqual({
      purpose: 'offline',
      answers: [
        { label: 'Your name', type: 'name', value: 'Reza' },
        { label: 'E-mail address', type: 'email', value: 'reza@example.test' },
      ],
    })
  })

  it('keeps no card number, whatever field it was typed into: not as the visitor’s name or address either', async () => {
    const visitor = await app.visitor()
    const typed = {
      name: 'Reza ۴۵۳۹ ۱۴۸۸ ۰۳۴۳ ۶۴۶۷',
      email: '4539148803436467@example.test',
      message: 'Hello',
    }
    const { conversationId } = await visitor.request('form.send', leave(typed))
    const kept = app.db.selectFrom('visitor as v').innerJoin('conversation as c', 'c.visitor_id', 'v.id')
    const who = kept.select(['v.name', 'v.email']).where('c.id', '=', conversationId)
    expect(await who.executeTakeFirst()).toEqual({ name: 'Reza •••• •••• •••• ••••', email: null })
  })

  it('is refused with what is missing or wrong, and by who is not the conversation’s', async () => {
    const visitor = await app.visitor()
    const wrong = { name: 'Reza', email: 'nobody', message: 'Hello' }
    await expect(visitor.request('form.send', leave(wrong))).rejects.toMatchObject({
      code: 'badInput',
      message: 'answers.email is missing or wrong',
    })
    await expect(visitor.request('form.send', leave({ message: 'Hello' }))).rejects.toThrow('answers.email')
    await expect(visitor.request('form.send', leave({ x: 'Hello' }))).rejects.toThrow('answers.x')
    const none = visitor.request('form.send', leave({}, { purpose: 'preChat' }))
    await expect(none).rejects.toMatchObject({ code: 'notFound' })
    const { conversationId } = await (await app.visitor()).request('message.send', hello())
    const right = { email: 'reza@example.test', message: 'Hello' }
    const foreign = visitor.request('form.send', leave(right, { conversationId }))
    await expect(foreign).rejects.toMatchObject({ code: 'notFound' })
  })

  it('of the site’s own is asked while waiting, and the wait goes on', async () => {
    const label = { en: 'About', fa: '', ru: '' }
    const options = [{ en: 'Order', fa: '', ru: '' }, label]
    const fields = [{ id: 'about', type: 'choice' as const, label, options, required: true }]
    const form = await configure('form', formBody({ name: id(), purpose: 'waiting', fields }))
    await app.db.updateTable('site').set({ waiting_form: form }).execute()
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    expect((await visitor.request('outlook', {})).forms.waiting).toMatchObject({ fields })
    const over = { conversationId, purpose: 'waiting' }
    await expect(visitor.request('form.send', leave({ about: '2' }, over))).rejects.toThrow('answers.about')
    await visitor.request('form.send', leave({ about: '0' }, over))
    expect((await stateOf(conversationId)).task).toBeNull()
  })

  it('left while waiting for a call withdraws the call', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('call.start', {
      media: 'voice',
      consent: { record: [] },
    })
    await visitor.request(
      'form.send',
      leave({ email: 'r@example.test', message: 'Later' }, { conversationId }),
    )
    expect(await stateOf(conversationId)).toMatchObject({
      call: null,
      task: { kind: 'message', why: 'left' },
    })
  })

  it('left while waiting gives up the wait but not the place, and more words bring it back', async () => {
    const visitor = await app.visitor()
    const { conversationId } = await visitor.request('message.send', hello())
    const before = await stateOf(conversationId)
    await visitor.request(
      'form.send',
      leave({ email: 'r@example.test', message: 'Later' }, { conversationId }),
    )
    const after = await stateOf(conversationId)
    expect(after.task).toMatchObject({ why: 'left' })
    expect(after.phase).toEqual(before.phase)
    await visitor.request('message.send', { ...hello(), conversationId })
    expect(await stateOf(conversationId)).toMatchObject({ task: null, phase: before.phase })
  })
})
