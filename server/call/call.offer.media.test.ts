/** A call that is offered from the queue is prepared by the agent before whom it rings, and by nobody else; by a real media node. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { StaffCaller } from '../caller/caller.ts'
import { type Harness, startHarness } from '../../sfu/testing/node-harness.ts'
import { type Calls, startCalls } from '../testing/calls.ts'
import type { TestApp } from '../testing/app.ts'
import { hangUp } from './call.service.ts'
import { openSeat, restartIce } from './media.service.ts'

type Staff = Awaited<ReturnType<TestApp['staff']>>
type Visitor = Awaited<ReturnType<TestApp['visitor']>>

let harness: Harness
let calls: Calls
let agent: Staff
let visitor: Visitor
let callId: string
let offerId: string

beforeAll(async () => {
  harness = await startHarness({ controlToken: 'test-only-'.repeat(5) })
  calls = await startCalls(harness.config.socketPath)
})
afterAll(async () => {
  await calls.stop()
  await harness.stop()
})

/** A visitor calls, and it rings at the one agent who is available. */
beforeEach(async () => {
  ;[visitor, agent] = [await calls.app.visitor(), await calls.app.staff('Sara')]
  await agent.request('status.set', { status: 'available' })
  const started = await visitor.request('call.start', { media: 'voice', consent: { record: [] } })
  callId = started.callId
  const offer = await agent.push('offer', ({ conversationId }) => conversationId === started.conversationId)
  offerId = offer.offerId
})
afterEach(async () => {
  await agent.request('status.set', { status: 'away' })
  await visitor.request('call.hangUp', { callId })
})

const callerOf = ({ session: { person } }: Staff): StaffCaller => {
  return { kind: 'staff', personId: person.id, name: person.name, role: person.role, queues: [] }
}
const sit = (staff: Staff, tab: string) => {
  calls.here.add(tab)
  return openSeat(calls.d, callerOf(staff), tab, { callId, take: false })
}
const seat = () =>
  calls.app.db
    .selectFrom('call_seat')
    .select(['epoch', 'holder', 'gone_since'])
    .where('call_id', '=', callId)
    .where('seat_id', '=', 'agent')
    .executeTakeFirstOrThrow()
const epochsThere = async () => {
  const { rooms } = await calls.d.node.request('inventory', {})
  const room = rooms.find((one) => one.roomId === callId)
  return room?.seats.map(({ id, epoch }) => ({ id, epoch }))
}

describe('a call offered from the queue', () => {
  it('is prepared by the agent before whom it rings, and stays theirs when they accept', async () => {
    expect(await sit(agent, 'tab')).toMatchObject({ seat: 'agent', epoch: 1 })
    expect(await epochsThere()).toEqual([{ id: 'agent', epoch: 1 }])
    await agent.request('offer.accept', { offerId })
    expect(await seat()).toMatchObject({ epoch: 1, holder: 'tab' })
  })

  it('is nobody else’s to prepare, and gives no right to end it', async () => {
    const other = await calls.app.staff('Omid')
    await expect(sit(other, 'theirs')).rejects.toMatchObject({ code: 'notAllowed' })
    await expect(hangUp(calls.d, callerOf(agent), callId)).rejects.toMatchObject({ code: 'notAllowed' })
  })

  it('leaves nothing of what was prepared when it passes on', async () => {
    await sit(agent, 'tab')
    await agent.request('offer.decline', { offerId })
    expect(await seat()).toEqual({ epoch: 2, holder: null, gone_since: null })
    await expect(
      restartIce(calls.d, callerOf(agent), 'tab', { callId, epoch: 1, direction: 'recv' }),
    ).rejects.toMatchObject({ code: 'notAllowed' })
    await expect(sit(agent, 'tab')).rejects.toMatchObject({ code: 'notAllowed' })
  })
})
