/** A conference as large as one may be, with sound and pictures of everybody. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { readCodedOpus } from '../../sfu/testing/coded-media.ts'
import type { HeadlessSeat, Received } from '../../sfu/testing/headless-seat.ts'
import { until } from '../../sfu/testing/node-harness.ts'
import type { Pump } from '../../sfu/testing/rtp-pump.ts'
import { connectClient } from '../testing/client.ts'
import { guestOf } from '../testing/company.ts'
import { sitDown } from '../testing/seat.ts'
import { all, type CallPlace, heard, hears, startCallPlace } from './testing.ts'

let place: CallPlace
beforeAll(async () => {
  place = await startCallPlace()
})
afterAll(() => place.stop())

const open: HeadlessSeat[] = []
afterAll(() => {
  for (const seat of open) seat.close()
})

type Tab = { pushes: { name: string; payload: unknown }[] }
/** Somebody of the conference. `voice` is told by each packet of theirs, `width` (px) by each keyframe. */
type One = { id: string; tab: Tab; seat: HeadlessSeat; voice: number; width: number; camera: Pump }

/** Sends a voice and a picture that nobody else sends. */
async function speaks(id: string, tab: Tab, seat: HeadlessSeat, nth: number): Promise<One> {
  open.push(seat)
  const [voice, width] = [10 + nth, 320 + 16 * nth]
  await seat.sendMic({ voice })
  const camera = await seat.sendVideo('cam', { fps: 15, bytes: 900, width, height: 180 })
  return { id, tab, seat, voice, width, camera }
}

/** What comes to somebody and was not taken away again. */
function tracksOf({ tab, seat }: One): Received[] {
  const closed = tab.pushes.flatMap(({ name, payload }) =>
    name === 'media.consumerClosed' ? (payload as { consumerId: string }).consumerId : [],
  )
  return [...seat.received.values()].filter(({ consumer }) => !closed.includes(consumer.id))
}

type Sensed = { voices: Set<number | undefined>; packets: number; widths: Set<number>; frames: number }

/** What comes from now on, by whose it is said to be. */
function sense(one: One): Map<string, Sensed> {
  const found = new Map<string, Sensed>()
  for (const { consumer, onPacket } of tracksOf(one)) {
    const { fromSeat, kind } = consumer
    const known = found.get(fromSeat) ?? { voices: new Set(), packets: 0, widths: new Set(), frames: 0 }
    found.set(fromSeat, known)
    onPacket(({ payload, header }) => {
      if (kind === 'audio') {
        known.packets += 1
        known.voices.add(readCodedOpus(payload)?.voice)
        return
      }
      known.frames += header.marker ? 1 : 0
      const width = widthIn(payload)
      if (width !== null) known.widths.add(width)
    })
  }
  return found
}

/** Of the packet with which a keyframe of VP8 begins (RFC 7741, RFC 6386); null for any other. */
function widthIn(payload: Buffer): number | null {
  const isKey = payload[0] === 0x10 && ((payload[1] ?? 1) & 1) === 0
  return isKey ? payload.readUInt16LE(7) & 0x3fff : null
}

const PACKETS = 50
const FRAMES = 15

/** Each gets the voices and pictures of exactly the others, and of each the right ones. */
async function assertAllMeet(people: readonly One[]): Promise<void> {
  const tracks = 2 * (people.length - 1)
  await until(() => people.every((one) => tracksOf(one).length === tracks), 8_000, 'two tracks of each other')
  const found = new Map(people.map((one) => [one, sense(one)]))
  for (const { camera } of people) camera.requestKeyframe()
  const enough = ({ packets, frames, widths }: Sensed) =>
    packets >= PACKETS && frames >= FRAMES && widths.size > 0
  const senses = [...found.values()].flatMap((one) => [...one.values()])
  await until(() => senses.every(enough), 15_000, 'sound and pictures of each other')
  for (const [one, theirs] of found) {
    const told = [...theirs].map(([id, { voices, widths }]) => [
      id,
      { voices: [...voices], widths: [...widths] },
    ])
    const wanted = people.map(({ id, voice, width }) => [id, { voices: [voice], widths: [width] }])
    const others = wanted.filter(([id]) => id !== one.id)
    expect({ of: one.id, told: Object.fromEntries(told) }).toEqual({
      of: one.id,
      told: Object.fromEntries(others),
    })
  }
}

it('of five hear and see each other; who leaves is gone for the others, and a sixth is told that it is full', async () => {
  const pair = await place.talking()
  const { agent, visitor } = pair
  const { callId } = await visitor.request('call.ask', {
    ...{ conversationId: pair.conversationId, media: 'video', consent: all },
  })
  const [theirs, hers] = [await sitDown(visitor, callId), await sitDown(agent, callId)]
  const people = [await speaks('visitor', visitor, theirs, 0), await speaks('agent', agent, hers, 1)]
  await agent.request('call.answer', { callId, accept: true })
  await Promise.all([hears(theirs), hears(hers)])

  const seatIn = async (name: string): Promise<string> => {
    const { call } = await place.stateOf(pair)
    const [id] = Object.entries(call?.seats ?? {}).find(([, seat]) => seat.name === name) ?? []
    if (!id) throw new Error(`${name} has no seat`)
    return id
  }
  const joining = (personId: string) =>
    agent.request('call.invite', { callId, personId, purpose: 'join', note: '' })
  const colleague = async (name: string) => {
    const one = await place.app.staff(name)
    await one.request('status.set', { status: 'available' })
    return one
  }
  const comes = async (name: string, nth: number) => {
    const one = await colleague(name)
    const { invitationId } = await joining(one.session.person.id)
    await one.request('invitation.answer', { invitationId, accept: true })
    people.push(await speaks(await seatIn(name), one, await sitDown(one, callId), nth))
    return one
  }
  const amir = await comes('Amir', 2)
  await comes('Fatima', 3)
  const session = await guestOf(place.app, await agent.request('call.inviteGuest', { callId, name: 'Ivan' }))
  const guest = await connectClient('guest', place.app.url, session.access)
  people.push(await speaks(session.seat, guest, await sitDown(guest, callId), 4))
  await assertAllMeet(people)

  const sixth = await colleague('Sixth')
  const id = sixth.session.person.id
  const ways = [
    () => joining(id),
    () => agent.request('call.invite', { callId, personId: id, purpose: 'consult', note: '' }),
    () => agent.request('call.consultQueue', { callId, queueId: null, note: '' }),
    () => agent.request('call.inviteGuest', { callId, name: 'Olga' }),
  ]
  for (const way of ways)
    await expect(way()).rejects.toMatchObject({ code: 'conflict', detail: { reason: 'full' } })
  await expect(sitDown(sixth, callId)).rejects.toMatchObject({ code: 'notFound' })

  const [gone] = people.splice(2, 1) as [One]
  await amir.request('call.hangUp', { callId })
  await assertAllMeet(people)
  const before = heard(gone.seat)
  await hears(theirs, 100)
  expect(heard(gone.seat)).toBe(before)
  // There is a place again.
  await joining(id)
  await agent.request('call.hangUp', { callId })
  guest.close()
}, 90_000)
