import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { Fact } from '../../sfu/control/contract.ts'
import { createMediaKeeper } from '../background.ts'
import { createBus } from '../bus.ts'
import type { VisitorCaller } from '../caller/caller.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { queueBody } from '../configuration/testing.ts'
import { createLogger } from '../logger.ts'
import { withdrawConsent } from '../consent/consent.service.ts'
import type { WireEvent } from '../contract/events.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { lockSearch } from '../search/index.store.ts'
import { createTasks } from '../tasks.ts'
import { claimJob, endJob } from '../transcript/job.store.ts'
import { type Calls, startCalls, type Talk } from '../testing/calls.ts'
import { consentToMore } from './call.service.ts'
import { applyFact } from './fact.service.ts'
import { leaving } from './media.service.ts'

let calls: Calls
let talk: Talk
let no = 0
const BOOT = 'boot-1'

beforeAll(async () => {
  calls = await startCalls()
})
afterAll(() => calls.stop())
beforeEach(async () => {
  calls.here.clear()
  talk = await calls.ask()
  await talk.setSeat('visitor', { epoch: 1, holder: 'visitor-tab' })
  await talk.setSeat('agent', { epoch: 1, holder: 'agent-tab' })
})

const apply = (fact: Fact, number = ++no) => applyFact(calls.d, BOOT, number, fact)
const types = async () => (await talk.told()).map((event) => event.type)
const numbers = async () => {
  const rows = await calls.app.db
    .selectFrom('media_fact')
    .select('fact_no')
    .where('boot_id', '=', BOOT)
    .execute()
  return rows.map((row) => row.fact_no)
}

type Source = 'mic' | 'cam' | 'screen'
const of = (side: string, epoch = 1) => ({ roomId: talk.callId, seatId: side, epoch, at: Date.now() })
const opened = (side: string, source: Source, epoch = 1): Fact => ({
  ...{ type: 'producerOpened', producerId: id(), source },
  ...of(side, epoch),
})
const closed = (side: string, source: Source, epoch = 1): Fact => ({
  ...{ type: 'producerClosed', producerId: id(), source },
  ...of(side, epoch),
})
const segment = (segmentId = id(), source: Source = 'mic'): Fact => ({
  ...{ type: 'segmentOpened', segmentId, source },
  ...{ roomId: talk.callId, seatId: 'visitor', role: 'visitor', at: Date.now() },
})

/** No text of PostgreSQL holds a NUL. */
const unwritable = (): Fact => segment('\0')

describe('a fact', () => {
  it('is written with its number, once, however often it comes and however many write it', async () => {
    const fact = opened('visitor', 'cam')
    const number = ++no
    await Promise.all([1, 2, 3].map(() => apply(fact, number)))
    await apply(closed('visitor', 'cam'))
    await apply(fact, number)
    expect(await types()).toEqual(['mediaRaised', 'mediaLowered'])
    expect(await numbers()).toContain(number)
  })

  it('that cannot be written leaves no number behind, so that it comes again', async () => {
    const number = ++no
    await expect(apply(unwritable(), number)).rejects.toThrow()
    expect(await numbers()).not.toContain(number)
    expect(await types()).toEqual([])
    await apply(opened('agent', 'cam'), number)
    expect(await types()).toEqual(['mediaRaised'])
  })

  it('of a seat that is not in the call is told to nobody', async () => {
    await apply(opened('g7', 'cam'))
    await apply({ type: 'seatDisconnected', ...of('g7') })
    expect(await types()).toEqual([])
  })

  it('of a room that we do not know is done with', async () => {
    const number = ++no
    await apply({ ...opened('visitor', 'cam'), roomId: id() }, number)
    expect(await numbers()).toContain(number)
  })

  it('of another boot has numbers of its own', async () => {
    const number = ++no
    await apply(opened('visitor', 'cam'), number)
    await applyFact(calls.d, 'boot-2', number, closed('visitor', 'cam'))
    expect(await types()).toEqual(['mediaRaised', 'mediaLowered'])
  })
})

describe('a recording', () => {
  const stored = async () => {
    const { unstored, lost_why } = await calls.app.db
      .selectFrom('call')
      .select(['unstored', 'lost_why'])
      .where('id', '=', talk.callId)
      .executeTakeFirstOrThrow()
    return [unstored, lost_why]
  }

  it('waits to be stored from its first part on, and is not lost once it is whole', async () => {
    expect(await stored()).toEqual([false, null])
    await apply(segment(id()))
    expect(await stored()).toEqual([true, null])
    await calls.app.db
      .updateTable('call')
      .set({ lost_at: new Date(), lost_why: 'unfinished' })
      .where('id', '=', talk.callId)
      .execute()
    await apply({ type: 'roomFinalised', roomId: talk.callId, index: 'replay.json', at: Date.now() })
    expect(await stored()).toEqual([true, null])
  })
})

describe('a source', () => {
  it('is raised and lowered once each, by its side', async () => {
    await apply(opened('visitor', 'cam'))
    await apply(opened('visitor', 'cam'))
    await apply(opened('agent', 'mic'))
    await apply(closed('visitor', 'cam'))
    await apply(closed('visitor', 'cam'))
    expect((await talk.told()).map(({ type, payload }) => ({ type, ...payload }))).toMatchObject([
      { type: 'mediaRaised', seat: 'visitor', source: 'cam' },
      { type: 'mediaRaised', seat: 'agent', source: 'mic' },
      { type: 'mediaLowered', seat: 'visitor', source: 'cam' },
    ])
    expect((await talk.state()).call?.seats).toMatchObject({
      ...{ visitor: { sources: [] }, agent: { sources: ['mic'] } },
    })
  })

  it('of a seat that was replaced meanwhile says nothing of the new one', async () => {
    await apply(opened('visitor', 'cam'))
    await talk.setSeat('visitor', { epoch: 2 })
    await apply(closed('visitor', 'cam', 1))
    expect((await talk.state()).call?.seats.visitor.sources).toEqual(['cam'])
  })

  it('that closes after the call is told to nobody', async () => {
    await apply(opened('visitor', 'cam'))
    await talk.hangUp()
    const before = await types()
    await apply(closed('visitor', 'cam'))
    expect(await types()).toEqual(before)
  })
})

describe('a segment', () => {
  it('begins the recording of a connected call, the first one only', async () => {
    await talk.accept()
    const segmentId = id()
    await apply(segment(segmentId))
    await apply(segment(id(), 'cam'))
    expect((await types()).filter((type) => type === 'recordingStarted')).toHaveLength(1)
    expect((await talk.state()).call).toMatchObject({ recording: true })
    const at = Date.now()
    await apply({ type: 'segmentClosed', roomId: talk.callId, segmentId, at, reason: 'seatClosed' })
    const rows = await calls.app.db
      .selectFrom('segment')
      .selectAll()
      .where('call_id', '=', talk.callId)
      .orderBy('source', 'desc')
      .execute()
    expect(rows).toMatchObject([
      {
        id: segmentId,
        seat_id: 'visitor',
        source: 'mic',
        close_reason: 'seatClosed',
        closed_at: new Date(at),
      },
      { source: 'cam', closed_at: null },
    ])
  })

  it('of a call that is only being asked for begins no recording', async () => {
    await apply(segment())
    expect(await types()).toEqual([])
  })
})

describe('a full disk', () => {
  const full = (): Fact => ({
    type: 'recordingFailed',
    roomId: talk.callId,
    reason: 'diskFull',
    at: Date.now(),
  })
  const kept = async () => (await talk.told()).filter(({ type }) => type.startsWith('recording'))

  it('is told once to all who are in the call, which goes on, and that it is recorded again, too', async () => {
    await talk.accept()
    await apply(segment())
    await apply(full())
    await apply(full())
    expect((await talk.state()).call).toMatchObject({ phase: 'connected', recording: false, unwritten: true })
    await apply(segment())
    expect((await kept()).map(({ type, payload }) => [type, payload])).toEqual([
      ['recordingStarted', { callId: talk.callId }],
      ['recordingStopped', { callId: talk.callId, reason: 'diskFull' }],
      ['recordingStarted', { callId: talk.callId }],
    ])
    const { call } = await talk.state()
    expect(call).toMatchObject({ phase: 'connected', recording: true })
    expect(call).not.toHaveProperty('unwritten')
    const unseen = await calls.app.db
      .selectFrom('conversation_event')
      .select('type')
      .where('conversation_id', '=', talk.conversationId)
      .where('type', 'like', 'recording%')
      .where('visitor_seq', 'is', null)
      .execute()
    expect(unseen).toEqual([])
  })

  it('before the first byte is told as well, and not of a call that nobody has accepted', async () => {
    await apply(full())
    expect(await kept()).toEqual([])
    await talk.accept()
    await apply(full())
    expect((await kept()).map(({ type }) => type)).toEqual(['recordingStopped'])
    expect((await talk.state()).call).toMatchObject({ recording: false, unwritten: true })
  })
})

describe('a track that cannot be written', () => {
  const fails = (reason: 'diskFull' | 'notWritten'): Fact => ({
    ...{ type: 'recordingFailed', roomId: talk.callId, reason, at: Date.now() },
  })
  const whole = (): Fact => ({ type: 'recordingWhole', roomId: talk.callId, at: Date.now() })
  const kept = async () =>
    (await talk.told()).flatMap(({ type, payload }) =>
      type === 'recordingStarted' || type === 'recordingStopped' ? [payload] : [],
    )

  it('is told once to all who are in the call, of which the rest is recorded on, and that it is whole again', async () => {
    await talk.accept()
    await apply(segment())
    await apply(fails('notWritten'))
    await apply(fails('notWritten'))
    expect((await talk.state()).call).toMatchObject({ recording: true, unwritten: 'notWritten' })
    await apply(segment())
    expect((await talk.state()).call).toMatchObject({ recording: true, unwritten: 'notWritten' })
    await apply(whole())
    await apply(whole())
    const { call } = await talk.state()
    expect(call).toMatchObject({ recording: true })
    expect(call).not.toHaveProperty('unwritten')
    const { callId } = talk
    expect(await kept()).toEqual([{ callId }, { callId, reason: 'notWritten' }, { callId }])
  })

  it('before anything else was is still said to fail when something is', async () => {
    await talk.accept()
    await apply(fails('notWritten'))
    expect((await talk.state()).call).toMatchObject({ recording: false, unwritten: 'notWritten' })
    await apply(segment())
    expect((await talk.state()).call).toMatchObject({ recording: true, unwritten: 'notWritten' })
  })

  it('is less than a full disk, which is told all the same', async () => {
    await talk.accept()
    await apply(segment())
    await apply(fails('notWritten'))
    await apply(fails('diskFull'))
    await apply(fails('notWritten'))
    expect((await talk.state()).call).toMatchObject({ recording: false, unwritten: true })
    await apply(whole())
    expect((await talk.state()).call).toMatchObject({ recording: false, unwritten: true })
    await apply(segment())
    const { call } = await talk.state()
    expect(call).toMatchObject({ recording: true })
    expect(call).not.toHaveProperty('unwritten')
  })
})

describe('a spoken message', () => {
  const fails = (roomId: string, reason: 'diskFull' | 'notWritten'): Fact => ({
    ...{ type: 'recordingFailed', roomId, reason, at: Date.now() },
  })
  const written = (roomId: string): Fact => ({ ...segment(), roomId }) as Fact

  /** A visitor who speaks one, having said nothing else or something before. */
  async function speaks(words?: string) {
    const visitor = await calls.app.visitor()
    const hello = { conversationId: null, clientId: id(), text: words ?? '', attachments: [] }
    const known = words ? (await visitor.request('message.send', hello)).conversationId : null
    const consent = { record: ['mic' as const] }
    const wish = { conversationId: known, media: 'voice' as const, consent }
    const { conversationId, callId } = await visitor.request('voicemail.start', wish)
    return {
      ...{ visitor, conversationId, callId, wish },
      async state() {
        const query = calls.app.db.selectFrom('conversation').select('state').where('id', '=', conversationId)
        return (await query.executeTakeFirstOrThrow()).state as unknown as ConversationState
      },
      async caller(): Promise<VisitorCaller> {
        const query = calls.app.db.selectFrom('conversation').select(['visitor_id', 'site_id'])
        const row = await query.where('id', '=', conversationId).executeTakeFirstOrThrow()
        return { kind: 'visitor', visitorId: row.visitor_id, siteId: row.site_id, locale: 'en' }
      },
      /** As the visitor is told it. */
      async told() {
        const resumed = await visitor.request('resume', { conversationId, after: 0 })
        return resumed.kind === 'events' ? resumed.events : []
      },
    }
  }
  const ended = (events: WireEvent[]) =>
    events.flatMap((one) => (one.type === 'callEnded' ? [one.payload] : []))

  it.each(['diskFull', 'notWritten'] as const)(
    'of which something was recorded ends at once when that fails, and is a task: %s',
    async (reason) => {
      const one = await speaks()
      await apply(written(one.callId))
      await apply(fails(one.callId, reason))
      expect(await one.state()).toMatchObject({
        call: null,
        phase: { name: 'queued' },
        task: { kind: 'voicemail', callId: one.callId },
      })
      const events = await one.told()
      const last = events.slice(-3).map(({ type }) => type)
      expect(last).toEqual(['recordingStopped', 'callEnded', 'voicemailLeft'])
      expect(ended(events)).toMatchObject([{ reason: 'notRecorded', by: 'system', recorded: false }])
    },
  )

  it('of which nothing could be recorded is none: without another word it is over, and begins again', async () => {
    const one = await speaks()
    await apply(fails(one.callId, 'diskFull'))
    expect(await one.state()).toMatchObject({
      ...{ call: null, task: null, phase: { name: 'ended', by: 'system', unsaid: true } },
    })
    expect((await one.told()).at(-1)).toMatchObject({ type: 'ended', payload: { reason: 'unsaid' } })
    // Nor is it given up by anybody.
    const contacts = calls.app.db.selectFrom('contact').select(['kind', 'left_why'])
    expect(await contacts.where('conversation_id', '=', one.conversationId).execute()).toEqual([
      { kind: 'live', left_why: 'ended' },
    ])
    const again = await one.visitor.request('voicemail.start', one.wish)
    expect(again).toMatchObject({ conversationId: one.conversationId })
    await apply(fails(again.callId, 'notWritten'))
    expect((await one.state()).phase).toMatchObject({ name: 'ended', unsaid: true })
    const hello = { conversationId: null, clientId: id(), text: 'My lamp', attachments: [] }
    expect(await one.visitor.request('message.send', hello)).toMatchObject({
      conversationId: one.conversationId,
    })
    expect((await one.state()).phase.name).toBe('queued')
  })

  it('that fails leaves the wait of whoever has written as it was', async () => {
    const one = await speaks('My lamp is broken')
    const { phase } = await one.state()
    await apply(fails(one.callId, 'diskFull'))
    expect(await one.state()).toMatchObject({ call: null, task: null, phase })
  })

  it('ends with the consent to it, with what was recorded until then', async () => {
    const one = await speaks()
    await apply(written(one.callId))
    await withdrawConsent(calls.d, await one.caller(), one)
    expect(await one.state()).toMatchObject({ call: null, task: { kind: 'voicemail' } })
    const other = await speaks()
    await apply(written(other.callId))
    await consentToMore(calls.d, await other.caller(), { callId: other.callId, consent: { record: [] } })
    expect(await other.state()).toMatchObject({ call: null, task: { kind: 'voicemail' } })
  })
})

describe('a room', () => {
  it('whose files are ready says so in the call’s row', async () => {
    expect((await talk.row()).finalised_at).toBeNull()
    const at = Date.now()
    await apply({ type: 'roomFinalised', roomId: talk.callId, index: 'replay.json', at })
    expect((await talk.row()).finalised_at).toEqual(new Date(at))
  })

  it('whose files are ready has what was said written down where its queue and the operator have it so', async () => {
    const jobs = () =>
      calls.app.db
        .selectFrom('transcript')
        .select(['conversation_id as of', 'state'])
        .where('call_id', '=', talk.callId)
        .execute()
    const queueId = id()
    const admin = { kind: 'staff', personId: id(), name: 'Root', role: 'admin', queues: [] } as const
    const body = queueBody({ name: 'Said', transcribe: true })
    await saveItem({ db: calls.app.db, bus: createBus() }, admin, {
      kind: 'queue',
      id: queueId,
      version: 0,
      body,
    })
    const state = sql`jsonb_set(state, '{queueId}', to_jsonb(${queueId}::text))`
    await sql`update conversation set state = ${state} where id = ${talk.conversationId}`.execute(
      calls.app.db,
    )
    const ready = {
      type: 'roomFinalised',
      roomId: talk.callId,
      index: 'replay.json',
      at: Date.now(),
    } as const
    await apply(ready)
    expect(await jobs()).toEqual([])
    calls.app.config.transcriber = { kind: 'script', file: '/nowhere' }
    await apply(ready)
    await apply(ready)
    // The room was lost, the call goes on in another.
    const { conversationId: of } = talk
    expect(await jobs()).toEqual([{ of, state: 'live' }])
    await talk.hangUp()
    expect(await jobs()).toEqual([{ of, state: 'open' }])
    const job = await claimJob(calls.app.db, 60_000)
    if (job) await endJob(calls.app.db, job, 'done')
    expect(await jobs()).toEqual([{ of, state: 'done' }])
    await apply(ready)
    calls.app.config.transcriber = null
    expect(await jobs()).toEqual([{ of, state: 'open' }])
  })

  it('whose files are ready lets what is known of its sound be read again', async () => {
    const { db } = calls.app
    const known = {
      conversation_id: talk.conversationId,
      seq: 10_000,
      last_at: new Date(),
      created_at: new Date(),
    }
    const fact = () =>
      db
        .selectFrom('search_fact')
        .select('dirty')
        .where('conversation_id', '=', talk.conversationId)
        .execute()
    await db.transaction().execute(async (trx) => {
      // The indexer would do it at once.
      while (!(await lockSearch(trx)));
      await db
        .insertInto('search_fact')
        .values({ ...known, facets: [], length_ms: 0, call_ms: 0 })
        .onConflict((clash) => clash.column('conversation_id').doUpdateSet({ dirty: false }))
        .execute()
      expect(await fact()).toEqual([{ dirty: false }])
      await apply({ type: 'roomFinalised', roomId: talk.callId, index: 'replay.json', at: Date.now() })
      expect(await fact()).toEqual([{ dirty: true }])
    })
  })
})

describe('a seat', () => {
  it('whose connection is gone is only noted, since when it first was', async () => {
    await apply({ type: 'seatDisconnected', ...of('visitor') })
    const since = (await talk.seat('visitor')).gone_since
    expect(since).not.toBeNull()
    await apply({ type: 'seatDisconnected', ...of('visitor') })
    expect((await talk.seat('visitor')).gone_since).toEqual(since)
    expect(await types()).toEqual([])
  })

  it('that was replaced, or whose call is over, is not missed', async () => {
    await talk.setSeat('visitor', { epoch: 2 })
    await apply({ type: 'seatDisconnected', ...of('visitor', 1) })
    expect((await talk.seat('visitor')).gone_since).toBeNull()
    await talk.hangUp()
    await apply({ type: 'seatDisconnected', ...of('agent') })
    expect((await talk.seat('agent')).gone_since).toBeNull()
  })

  it('that carries media again is back, and is told of where it had been told to be gone', async () => {
    await apply({ type: 'seatDisconnected', ...of('visitor') })
    await apply({ type: 'seatConnected', ...of('visitor') })
    // No tab of that name has a socket: it tells itself, by the seat that it opens.
    expect((await talk.seat('visitor')).gone_since).not.toBeNull()
    calls.here.add('visitor-tab')
    await apply({ type: 'seatConnected', ...of('visitor', 7) })
    expect((await talk.seat('visitor')).gone_since).not.toBeNull()
    await apply({ type: 'seatConnected', ...of('visitor') })
    expect((await talk.seat('visitor')).gone_since).toBeNull()
    expect(await types()).toEqual([])
    await leaving(calls.d, talk.visitor, 'visitor-tab', talk.callId)
    await apply({ type: 'seatConnected', ...of('visitor') })
    expect(await types()).toEqual(['sideLeft', 'sideReturned'])
    expect((await talk.seat('visitor')).gone_since).toBeNull()
  })
})

describe('a fact that can never be written', () => {
  it('is tried twenty times, told in the log as an error and given up; the next one is written', async () => {
    const logged: string[] = []
    const log = createLogger('warn', 'server', { write: (line) => void logged.push(line) })
    const lines = (text: string) => logged.filter((line) => line.includes(text)).length
    const acks = Promise.withResolvers<number[]>()
    const done: number[] = []
    const ack = (one: number) => {
      if (done.push(one) === 2) acks.resolve(done)
    }
    const node = { ...calls.d.node, bootId: () => BOOT, ack }
    const d = { ...calls.d, node, log, tasks: createTasks(log), pushMoved: () => undefined }
    const keeper = createMediaKeeper({ ...d, connected: () => false }, 1)
    const [bad, good] = [++no, ++no]
    keeper.fact(BOOT, bad, unwritable())
    keeper.fact(BOOT, good, opened('visitor', 'mic'))
    expect(await acks.promise).toEqual([bad, good])
    await keeper.stop()
    expect([lines('a fact waits'), lines('a fact is given up')]).toEqual([19, 1])
    expect(await types()).toEqual(['mediaRaised'])
    expect(await numbers()).not.toContain(bad)
  }, 20_000)
})
