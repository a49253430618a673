/** What becomes of calls whose media or whose people are gone; by a real media node. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { type Harness, startHarness } from '../../sfu/testing/node-harness.ts'
import type { MediaGreeting } from '../contract/shared-requests.ts'
import { inTransaction } from '../storage/database.ts'
import { waitedFor } from '../storage/testing.ts'
import { type Calls, startCalls, type Talk } from '../testing/calls.ts'
import { joinSeat } from './call.seats.ts'
import { lockCall } from './call.store.ts'
import { applyCall, openSeat } from './media.service.ts'
import { everySeatGone, expireSeats, noteSocketGone, reconcile, recoverCall } from './recovery.service.ts'

let harness: Harness
let calls: Calls
let talk: Talk
let boot: string
let moved: [tab: string, greeting: MediaGreeting][] = []

beforeAll(async () => {
  harness = await startHarness({ controlToken: 'test-only-'.repeat(5) })
  boot = harness.node.bootId
  calls = await startCalls(harness.config.socketPath)
})
afterAll(async () => {
  await calls.stop()
  await harness.stop()
})
beforeEach(async () => {
  talk = await calls.ask()
  await openSeat(calls.d, talk.visitor, 'visitor-tab', { callId: talk.callId, take: true })
  await openSeat(calls.d, talk.agent, 'agent-tab', { callId: talk.callId, take: true })
  moved = []
})

const d = () => ({
  ...calls.d,
  pushMoved: (tab: string, greeting: MediaGreeting) => void moved.push([tab, greeting]),
})
const set = (change: object, callId = talk.callId) =>
  calls.app.db.updateTable('call').set(change).where('id', '=', callId).execute()
const types = async () => (await talk.told()).map((event) => event.type)
const seats = (of = talk) => Promise.all([of.seat('visitor'), of.seat('agent')])
const epochs = async (of = talk) => (await seats(of)).map((seat) => seat.epoch)
const goneSince = async () => (await seats()).map((seat) => seat.gone_since)
const roomIds = async () => {
  const { rooms } = await calls.d.node.request('inventory', {})
  return rooms.map((room) => room.roomId)
}

describe('a call whose room is lost', () => {
  it('is recovered once, however many notice: new numbers, a new room, and both tabs are told', async () => {
    await talk.accept()
    await set({ boot_id: 'dead' })
    await Promise.all(
      [1, 2, 3].map(() => recoverCall(d(), talk.callId, { from: 'dead', why: 'nodeRestarted' })),
    )
    expect(await talk.row()).toMatchObject({ media_epoch: 2, boot_id: boot, ended_at: null })
    expect(await epochs()).toEqual([2, 2])
    expect((await types()).filter((type) => type === 'mediaMoved')).toHaveLength(1)
    expect(moved).toHaveLength(2)
    expect(Object.fromEntries(moved)).toMatchObject({
      'agent-tab': { callId: talk.callId, epoch: 2 },
      'visitor-tab': { callId: talk.callId, epoch: 2 },
    })
    expect(moved[0]?.[1]).toMatchObject({ send: { iceParameters: {} } })
  })

  it('while it only rings is moved without a word, and a side that never sat gets no seat', async () => {
    await set({ boot_id: 'dead' })
    await talk.setSeat('agent', { epoch: 0, holder: null })
    await recoverCall(d(), talk.callId, { from: 'dead', why: 'nodeRestarted' })
    expect(await talk.row()).toMatchObject({ media_epoch: 2 })
    expect(await epochs()).toEqual([2, 0])
    expect(await types()).toEqual([])
    expect(moved.map(([tab]) => tab)).toEqual(['visitor-tab'])
  })

  it.each<[string, () => Promise<unknown>, { from?: string; rev?: number }]>([
    ['its room is of another boot by now', () => Promise.resolve(), { from: 'dead' }],
    ['it has changed since', () => Promise.resolve(), { rev: 0 }],
    ['it is over', () => talk.hangUp(), {}],
  ])('is left alone when %s', async (_, happen, asked) => {
    // As the server beside it would do at any moment.
    await set({ deadline_at: new Date(Date.now() + 600_000) })
    await happen()
    const before = await talk.row()
    await recoverCall(d(), talk.callId, { from: boot, why: 'roomLost', ...asked })
    expect(await talk.row()).toEqual(before)
    expect(moved).toEqual([])
  })
})

describe('putting calls and rooms together', () => {
  it('recovers what the node has lost and what died with another boot, and leaves what is well', async () => {
    const well = talk
    const other = await calls.ask()
    await openSeat(calls.d, other.visitor, 'other-tab', { callId: other.callId, take: true })
    await set({ boot_id: 'dead' }, other.callId)
    talk = await calls.ask()
    // Of this very boot, yet the node has no room of it: its worker died unheard.
    await talk.setSeat('visitor', { epoch: 1, holder: 'lost-tab' })
    await set({ boot_id: boot })
    await reconcile(d(), boot)
    expect(await roomIds()).toEqual(expect.arrayContaining([well.callId, other.callId, talk.callId]))
    expect(await well.row()).toMatchObject({ media_epoch: 1 })
    expect(await epochs(well)).toEqual([1, 1])
    expect(await other.row()).toMatchObject({ media_epoch: 2, boot_id: boot })
    expect(await epochs(other)).toEqual([2, 0])
    expect(await talk.row()).toMatchObject({ media_epoch: 2 })
    expect(await epochs()).toEqual([2, 0])
    expect(moved.map(([tab]) => tab).sort()).toEqual(['lost-tab', 'other-tab'])
  })

  it('closes the room of a call that ended meanwhile, and none that it does not know', async () => {
    const unknown = id()
    const spec = { flow: false, recording: 'off' as const, seats: [] }
    await calls.d.node.request('room.apply', { roomId: unknown, rev: 1, spec })
    await talk.hangUp()
    expect(await roomIds()).toContain(talk.callId)
    await reconcile(d(), boot)
    expect(await roomIds()).not.toContain(talk.callId)
    expect(await roomIds()).toContain(unknown)
    await calls.d.node.request('room.close', { roomId: unknown, reason: 'test' })
  })

  it('lets one call that cannot be put right keep no other waiting, and says so', async () => {
    const broken = await calls.ask()
    await openSeat(calls.d, broken.visitor, 'broken-tab', { callId: broken.callId, take: true })
    const nonsense = sql<string>`jsonb_set(state, '{call,consent}', '{"record": ["a smell"]}')`
    await calls.app.db
      .updateTable('conversation')
      .set({ state: nonsense })
      .where('id', '=', broken.conversationId)
      .execute()
    await set({ boot_id: 'dead' }, broken.callId)
    await set({ boot_id: 'dead' })
    await expect(reconcile(d(), boot)).rejects.toThrow(/^1 of \d+ failed$/)
    expect(await talk.row()).toMatchObject({ boot_id: boot, media_epoch: 2 })
    expect(moved.map(([tab]) => tab)).toEqual(expect.arrayContaining(['visitor-tab', 'agent-tab']))
    await broken.hangUp()
  })
})

describe('a side that is gone', () => {
  const gone = (side: 'visitor' | 'agent', ms: number) =>
    talk.setSeat(side, { gone_since: new Date(Date.now() - ms) })

  it('is told of after a moment, once, and waited for', async () => {
    await gone('visitor', 1_000)
    await expireSeats(d())
    expect(await types()).toEqual([])
    await gone('visitor', 3_000)
    await expireSeats(d())
    await expireSeats(d())
    expect((await talk.told()).map(({ type, payload }) => ({ type, ...payload }))).toMatchObject([
      { type: 'sideLeft', seat: 'visitor', why: 'connectionLost' },
    ])
    expect(await talk.row()).toMatchObject({ ended_at: null })
  })

  it.each([
    ['visitor', 60_000],
    ['agent', 120_000],
  ] as const)('as the %s ends the call after its own time', async (side, ms) => {
    await gone(side, ms - 5_000)
    await expireSeats(d())
    expect((await talk.row()).ended_at).toBeNull()
    await gone(side, ms + 5_000)
    await expireSeats(d())
    expect(await talk.row()).toMatchObject({ end_reason: 'connectionLost' })
    expect((await talk.told()).at(-1)).toMatchObject({ type: 'callEnded', payload: { by: 'system' } })
    await expireSeats(d())
    expect((await types()).filter((type) => type === 'callEnded')).toHaveLength(1)
  })

  it('and comes back while its call is about to be ended keeps it', async () => {
    await gone('visitor', 65_000)
    const { ending } = await calls.app.db.transaction().execute(async (trx) => {
      await lockCall(trx, talk.callId)
      const ending = expireSeats(d())
      await waitedFor(trx)
      await talk.setSeat('visitor', { gone_since: null })
      return { ending }
    })
    await ending
    expect((await talk.row()).ended_at).toBeNull()
  })

  it('as the agent leaves the call to a colleague who sits in it, and who is there', async () => {
    await talk.accept()
    const { callId } = talk
    const { id: personId, name, role } = (await calls.app.staff('Amir')).session.person
    await inTransaction(calls.app.db, async (trx) => {
      const { locked } = await lockCall(trx, callId)
      await joinSeat(trx, calls.d, locked, { callId, kind: 'agent', name, personId })
    })
    const amir = { kind: 'staff', personId, name, role, queues: [] } as const
    await openSeat(calls.d, amir, 'amir-tab', { callId, take: true })
    for (const ms of [5_000, 125_000]) {
      await gone('agent', ms)
      await expireSeats(d())
    }
    expect(await talk.row()).toMatchObject({ ended_at: null, agent_id: personId })
    expect(await talk.seat('agent')).toMatchObject({ holder: 'amir-tab', gone_since: null })
    const { call, phase } = await talk.state()
    expect(phase).toMatchObject({ name: 'active', agentId: personId })
    expect(call?.seats.agent).toMatchObject({ present: true })
    expect(Object.keys(call?.seats ?? {}).sort()).toEqual(['agent', 'visitor'])
  })

  it('is noted by its tab’s socket, from the first moment, in no call that is over', async () => {
    await noteSocketGone(calls.d, 'nobody’s tab')
    expect(await goneSince()).toEqual([null, null])
    await gone('agent', 9_000)
    const [, since] = await goneSince()
    await noteSocketGone(calls.d, 'visitor-tab')
    await noteSocketGone(calls.d, 'agent-tab')
    expect(await goneSince()).toEqual([expect.any(Date), since])
  })

  it('while the server was away has its time counted from the server’s return', async () => {
    await gone('visitor', 600_000)
    const over = await calls.ask()
    await over.setSeat('visitor', { holder: 'over-tab' })
    await over.hangUp()
    await everySeatGone(calls.app.db)
    for (const since of await goneSince()) expect(Date.now() - (since?.getTime() ?? 0)).toBeLessThan(30_000)
    expect((await over.seat('visitor')).gone_since).toBeNull()
    await expireSeats(d())
    expect((await talk.row()).ended_at).toBeNull()
  })

  it('keeps a room where it can come back to', async () => {
    await gone('visitor', 3_000)
    await expireSeats(d())
    await applyCall(calls.d, talk.callId)
    expect(await roomIds()).toContain(talk.callId)
  })
})
