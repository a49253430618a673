/** Who may have a seat in a call, and what its taking changes; by a real media node. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { type Harness, startHarness } from '../../sfu/testing/node-harness.ts'
import { type Calls, startCalls, type Talk } from '../testing/calls.ts'
import { applyFact } from './fact.service.ts'
import {
  applyCall,
  connectTransport,
  consumerReady,
  leaving,
  openSeat,
  produce,
  restartIce,
  setCapabilities,
  stopSource,
} from './media.service.ts'
import { changeCall } from './call.store.ts'
import { inTransaction } from '../storage/database.ts'

let harness: Harness
let calls: Calls
let talk: Talk
let no = 0

beforeAll(async () => {
  harness = await startHarness({ controlToken: 'test-only-'.repeat(5) })
  calls = await startCalls(harness.config.socketPath)
})
afterAll(async () => {
  await calls.stop()
  await harness.stop()
})
beforeEach(async () => {
  calls.here.clear()
  talk = await calls.ask()
})

type Wish = { take?: boolean; epoch?: number }
const sit = (tab: string, { take = false, epoch }: Wish = {}) => {
  calls.here.add(tab)
  const input = { callId: talk.callId, take, ...(epoch === undefined ? {} : { epoch }) }
  return openSeat(calls.d, talk.visitor, tab, input)
}
const room = async () => {
  const { rooms } = await calls.d.node.request('inventory', {})
  return rooms.find((one) => one.roomId === talk.callId)
}
const types = async () => (await talk.told()).map((event) => event.type)
const raise = (source: 'mic' | 'cam' | 'screen', epoch: number) =>
  applyFact(calls.d, 'boot', ++no, {
    ...{ type: 'producerOpened', producerId: id(), source },
    ...{ roomId: talk.callId, seatId: 'visitor', epoch, at: Date.now() },
  })

describe('a seat', () => {
  it('is taken by its side’s tab, with transports, in a room where nothing flows yet', async () => {
    const greeting = await sit('one')
    expect(greeting).toMatchObject({ callId: talk.callId, seat: 'visitor', epoch: 1 })
    expect(greeting).toMatchObject({ send: { iceParameters: {} }, recv: { iceParameters: {} } })
    expect(await talk.row()).toMatchObject({ boot_id: harness.node.bootId })
    expect(await talk.seat('visitor')).toMatchObject({ epoch: 1, holder: 'one' })
    expect(await talk.seat('agent')).toMatchObject({ epoch: 0, holder: null })
    expect((await room())?.seats).toMatchObject([{ id: 'visitor', epoch: 1 }])
  })

  it('stays with a tab that is there, unless another of the same person takes it', async () => {
    await sit('one')
    await expect(sit('two')).rejects.toMatchObject({ code: 'conflict' })
    const told: object[] = []
    const stop = calls.d.bus.on('seatTaken', (taken) => told.push(taken))
    expect(await sit('two', { take: true })).toMatchObject({ epoch: 2 })
    expect(told).toEqual([{ callId: talk.callId, holder: 'one' }])
    stop()
  })

  it.each([
    ['has no socket any more', () => calls.here.delete('one')],
    ['has said that it goes', () => leaving(calls.d, talk.visitor, 'one', talk.callId)],
  ])('is free for another tab when its own %s', async (_, go) => {
    await sit('one')
    await go()
    expect(await sit('two')).toMatchObject({ epoch: 2 })
    expect(await talk.seat('visitor')).toMatchObject({ holder: 'two', gone_since: null })
  })

  it('is to be asked for again where its room has died and nobody has noticed yet', async () => {
    const { node } = calls.d
    const request: typeof node.request = async (name, input) => {
      if (name === 'seat.open') await node.request('room.close', { roomId: talk.callId, reason: 'test' })
      return await node.request(name, input)
    }
    const dying = { ...calls.d, node: { ...node, request } }
    const opened = openSeat(dying, talk.visitor, 'one', { callId: talk.callId, take: false })
    await expect(opened).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('keeps its number for a tab that only lost its socket, and gets the next for one that begins anew', async () => {
    const first = await sit('one')
    expect(await sit('one', { epoch: 1 })).toEqual(first)
    expect(await sit('one')).toMatchObject({ epoch: 2 })
    const overtaken = { callId: talk.callId, epoch: 1 }
    await expect(
      restartIce(calls.d, talk.visitor, 'one', { ...overtaken, direction: 'send' }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is its tab’s, at the newest number, however often the tab begins anew meanwhile', async () => {
    const { node } = calls.d
    let times = 0
    const request: typeof node.request = async (name, input) => {
      if (name === 'seat.open' && times++ < 3) await sit('one')
      return await node.request(name, input)
    }
    const overtaken = { ...calls.d, node: { ...node, request } }
    const opened = openSeat(overtaken, talk.visitor, 'one', { callId: talk.callId, take: false })
    expect(await opened).toMatchObject({ epoch: 4 })
  })

  it('is nobody’s who takes no part, and none of a call that is over', async () => {
    const input = { callId: talk.callId, take: true }
    const stranger = { ...talk.visitor, visitorId: id() }
    const other = { ...talk.agent, personId: id() }
    for (const caller of [stranger, other])
      await expect(openSeat(calls.d, caller, 'x', input)).rejects.toMatchObject({ code: 'notFound' })
    await expect(openSeat(calls.d, talk.visitor, 'x', { ...input, callId: id() })).rejects.toMatchObject({
      code: 'notFound',
    })
    const boss = { ...talk.agent, personId: id(), role: 'supervisor' as const }
    await expect(openSeat(calls.d, boss, 'x', input)).rejects.toMatchObject({ code: 'notAllowed' })
    await talk.hangUp()
    await expect(sit('one')).rejects.toMatchObject({ code: 'conflict' })
    expect(await room()).toBeUndefined()
  })

  it('is not given out while its call’s room died with another boot, nor while the node is away', async () => {
    await sit('one')
    await calls.app.db.updateTable('call').set({ boot_id: 'dead' }).where('id', '=', talk.callId).execute()
    await expect(sit('one', { epoch: 1 })).rejects.toMatchObject({ code: 'unavailable' })
    const without = await startCalls()
    const alone = await without.ask()
    const asked = openSeat(without.d, alone.visitor, 'one', { callId: alone.callId, take: false })
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
    expect(await alone.seat('visitor')).toMatchObject({ epoch: 0, holder: null })
    await without.stop()
  })
})

describe('a new tab', () => {
  it('begins without the pictures of the one before; its microphone comes by itself', async () => {
    const { epoch } = await sit('one')
    for (const source of ['mic', 'cam', 'screen'] as const) await raise(source, epoch)
    await sit('two', { take: true })
    const lowered = (await talk.told()).filter((event) => event.type === 'mediaLowered')
    expect(lowered.map(({ payload }) => payload.source)).toEqual(['cam', 'screen'])
    expect((await talk.state()).call?.seats.visitor.sources).toEqual(['mic'])
  })

  it('of a side that had left is told to be back, once', async () => {
    await sit('one')
    await leaving(calls.d, talk.visitor, 'another', talk.callId)
    expect(await types()).toEqual([])
    await leaving(calls.d, talk.visitor, 'one', talk.callId)
    await leaving(calls.d, talk.visitor, 'one', talk.callId)
    await sit('two')
    await sit('two')
    expect((await talk.told()).map(({ type, payload }) => ({ type, ...payload }))).toMatchObject([
      { type: 'sideLeft', seat: 'visitor', why: 'pageChange' },
      { type: 'sideReturned', seat: 'visitor' },
    ])
  })
})

describe('what a browser asks for its seat', () => {
  it('is for the tab that holds it, at its present number', async () => {
    const { epoch } = await sit('one')
    const seat = { callId: talk.callId, epoch }
    const { d } = calls
    const mine = { producerId: id(), source: 'mic', kind: 'audio', rtpParameters: {} } as const
    const attempts = (tab: string, held: { callId: string; epoch: number }) => [
      connectTransport(d, talk.visitor, tab, { ...held, direction: 'send', dtlsParameters: {} }),
      restartIce(d, talk.visitor, tab, { ...held, direction: 'recv' }),
      setCapabilities(d, talk.visitor, tab, { ...held, rtpCapabilities: {} }),
      produce(d, talk.visitor, tab, { ...held, ...mine }),
      stopSource(d, talk.visitor, tab, { ...held, source: 'mic' }),
      consumerReady(d, talk.visitor, tab, { ...held, consumerId: 'x' }),
    ]
    for (const attempt of [...attempts('two', seat), ...attempts('one', { ...seat, epoch: epoch + 1 })])
      await expect(attempt).rejects.toMatchObject({
        code: 'conflict',
        message: 'The seat has been taken over',
      })
    for (const attempt of attempts('one', { ...seat, callId: id() }))
      await expect(attempt).rejects.toMatchObject({ code: 'notFound' })
    expect(await restartIce(d, talk.visitor, 'one', { ...seat, direction: 'recv' })).toMatchObject({
      iceParameters: { usernameFragment: expect.any(String) },
    })
  })

  it.each([
    ['sound', 'cam', 'audio'],
    ['a picture', 'mic', 'video'],
  ] as const)('is refused when %s calls itself %s', async (_, source, kind) => {
    const { epoch } = await sit('one')
    const track = { callId: talk.callId, epoch, producerId: id(), source, kind, rtpParameters: {} }
    await expect(produce(calls.d, talk.visitor, 'one', track)).rejects.toMatchObject({ code: 'badInput' })
  })
})

describe('the wanted state', () => {
  it('that is older than what the node has changes nothing there', async () => {
    await sit('one')
    const before = (await room())?.rev ?? 0
    await inTransaction(calls.app.db, (trx) => changeCall(trx, calls.d.bus, talk.callId))
    await applyCall(calls.d, talk.callId)
    expect((await room())?.rev).toBe(before + 1)
    await calls.app.db.updateTable('call').set({ rev: before }).where('id', '=', talk.callId).execute()
    await applyCall(calls.d, talk.callId)
    expect((await room())?.rev).toBe(before + 1)
  })

  it('of a call that is over, or where nobody sits, is no room', async () => {
    await applyCall(calls.d, talk.callId)
    expect(await room()).toBeUndefined()
    await sit('one')
    expect(await room()).toBeDefined()
    await talk.hangUp()
    await applyCall(calls.d, talk.callId)
    expect(await room()).toBeUndefined()
    await applyCall(calls.d, id())
  })
})
