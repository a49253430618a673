/** Each request over the desk's socket that names a conversation or something in one, asked by somebody who may not hear it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type * as z from 'zod/mini'
import { queueBody } from '../configuration/testing.ts'
import { deskRequests, type InputOf } from '../contract/requests.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { accessRule, addTalk, configure, setRules } from './testing.ts'

type Staff = Awaited<ReturnType<TestApp['staff']>>
type Name = keyof typeof deskRequests
type Talk = { conversationId: string; callId: string; invitationId: string; offerId: string }

let app: TestApp
const [sales, board] = [newId(), newId()]
const by: Record<string, Staff> = {}
let heard: Talk
let refused: Talk

beforeAll(async () => {
  app = await startTestApp()
  await configure(app.db, [
    { kind: 'queue', id: sales, body: queueBody({ name: 'Sales' }) },
    { kind: 'queue', id: board, body: queueBody({ name: 'Board', sensitivity: 'restricted' }) },
  ])
  for (const role of ['supervisor', 'reviewer', 'admin'] as const) by[role] = await app.staff(role, role)
  await app.visitor()
  heard = await over([sales])
  refused = await over([sales, board])
  await setRules(app.db, [
    accessRule({
      roles: ['supervisor', 'reviewer', 'admin'],
      whose: 'queues',
      queues: [sales],
      upTo: 'normal',
    }),
  ])
})
afterAll(() => app.stop())
/** A socket takes only so much at once, and two that are told so would look alike. */
beforeEach(async () => {
  for (const [role, { session, close }] of Object.entries(by)) {
    close()
    by[role] = Object.assign(await app.again(session), { session })
  }
})

/** One that has ended, with a call in it to which somebody was asked. */
async function over(queues: string[]): Promise<Talk> {
  const { id: visitorId, site_id: siteId } = await app.db
    .selectFrom('visitor')
    .select(['id', 'site_id'])
    .executeTakeFirstOrThrow()
  const conversationId = await addTalk(app.db, { siteId, visitorId }, { queues })
  const [callId, invitationId, offerId] = [newId(), newId(), newId()]
  const at = new Date()
  const personId = by['supervisor']?.session.person.id ?? ''
  const about = { id: callId, conversation_id: conversationId, media: 'voice', asked_by: 'visitor' }
  await app.db
    .insertInto('call')
    .values({ ...about, asked_at: at, answered_at: at, ended_at: at })
    .execute()
  const asked = {
    id: invitationId,
    call_id: callId,
    purpose: 'consult',
    name: 'Amir',
    note: '',
    by_name: 'Sara',
  }
  await app.db
    .insertInto('invitation')
    .values({ ...asked, person_id: null, by_id: personId, created_at: at, deadline_at: null })
    .execute()
  return { conversationId, callId, invitationId, offerId }
}

const seat = ({ callId }: Talk) => ({ callId, epoch: 1 })
const words = ({ conversationId }: Talk) => ({ conversationId, clientId: newId(), text: 'Hello' })
const toQueue = { to: { kind: 'queue', id: null }, note: '', anyway: true } as const
const toPerson = () => ({ personId: newId(), note: '' })

type Doors = { [N in Name]?: (talk: Talk) => InputOf<typeof deskRequests, N> }
const one = ({ conversationId }: Talk) => ({ conversationId })
const call = ({ callId }: Talk) => ({ callId })
const doors: Doors = {
  resume: one,
  history: (talk) => ({ ...one(talk), before: 5 }),
  typing: (talk) => ({ ...one(talk), on: true }),
  mark: (talk) => ({ ...one(talk), read: 1 }),
  'conversation.earlier': one,
  'conversation.replay': one,
  'visitor.about': one,
  colleagues: one,
  'conversation.take': one,
  'message.send': (talk) => ({ ...words(talk), attachments: [] }),
  'note.add': words,
  'conversation.end': one,
  'conversation.handOver': one,
  'conversation.transfer': (talk) => ({ ...one(talk), ...toQueue }),
  'conversation.transferUndo': one,
  'conversation.takeOver': one,
  'conversation.reassign': (talk) => ({ ...one(talk), ...toQueue }),
  'mention.seen': one,
  'wrapUp.finish': (talk) => ({ ...one(talk), dispositionId: null, note: '' }),
  'wrapUp.extend': one,
  'call.ask': (talk) => ({ ...one(talk), media: 'voice' }),
  'call.answer': (talk) => ({ ...call(talk), accept: true }),
  'call.hangUp': call,
  'call.hold': (talk) => ({ ...call(talk), held: true }),
  'call.supervise': (talk) => ({ ...call(talk), mode: 'listen' }),
  'call.invite': (talk) => ({ ...call(talk), ...toPerson(), purpose: 'consult' }),
  'call.consultQueue': (talk) => ({ ...call(talk), queueId: null, note: '' }),
  'call.inviteGuest': (talk) => ({ ...call(talk), name: 'Guest' }),
  'call.merge': call,
  'call.complete': (talk) => ({ ...call(talk), seat: 'a1' }),
  'call.cancelConsult': call,
  'call.remove': (talk) => ({ ...call(talk), seat: 'a1' }),
  'recording.pause': call,
  'recording.resume': (talk) => ({ ...call(talk), all: true }),
  'media.open': (talk) => ({ ...call(talk), take: false }),
  'media.connect': (talk) => ({ ...seat(talk), direction: 'send', dtlsParameters: {} }),
  'media.restartIce': (talk) => ({ ...seat(talk), direction: 'send' }),
  'media.capabilities': (talk) => ({ ...seat(talk), rtpCapabilities: {} }),
  'media.produce': (talk) => ({
    ...{ ...seat(talk), producerId: newId(), source: 'mic', kind: 'audio', rtpParameters: {} },
  }),
  'media.stop': (talk) => ({ ...seat(talk), source: 'mic' }),
  'media.mute': (talk) => ({ ...call(talk), muted: true }),
  'media.ready': (talk) => ({ ...seat(talk), consumerId: 'c' }),
  'media.leaving': call,
  'invitation.answer': ({ invitationId }) => ({ invitationId, accept: true }),
  'invitation.withdraw': ({ invitationId }) => ({ invitationId }),
  'offer.accept': ({ offerId }) => ({ offerId }),
  'offer.decline': ({ offerId }) => ({ offerId }),
}
const names = Object.keys(doors) as Name[]

/** Of what is one's own alone, or while no media node is there, all answers are the same. */
const alike = new Set<string>([
  ...['mention.seen', 'wrapUp.finish', 'wrapUp.extend', 'invitation.answer', 'offer.accept', 'offer.decline'],
  'media.open',
])

const nowhere = (): Talk => ({
  ...{ conversationId: newId(), callId: newId(), invitationId: newId(), offerId: newId() },
})
async function ask(who: string, name: Name, talk: Talk) {
  const answer = await by[who]?.raw(name, doors[name]?.(talk))
  expect(answer?.failure?.code).not.toBe('tooMany')
  return answer
}

describe('a request over the socket', () => {
  it('is here, if it names a conversation or something in one', () => {
    const named = Object.entries(deskRequests).flatMap(([name, { input }]) => {
      const { shape } = input as unknown as z.ZodMiniObject
      return Object.keys(nowhere()).some((key) => key in shape) ? [name] : []
    })
    expect(names.toSorted()).toEqual(named.toSorted())
  })

  it.each(names)('is answered for what may not be heard as for what is not there: %s', async (name) => {
    for (const who of ['supervisor', 'reviewer', 'admin'])
      expect([who, await ask(who, name, refused)]).toEqual([who, await ask(who, name, nowhere())])
    const events = app.db
      .selectFrom('conversation_event')
      .where('conversation_id', '=', refused.conversationId)
    expect(await events.select('seq').execute()).toHaveLength(3)
  })

  it.each(names.filter((name) => !alike.has(name)))('knows what may be heard: %s', async (name) => {
    expect(await ask('supervisor', name, heard)).not.toEqual(await ask('supervisor', name, nowhere()))
  })
})

describe('whoever looks on', () => {
  const begun = async () => {
    await app.db.updateTable('site').set({ queue_id: sales }).execute()
    const visitor = await app.visitor()
    const say = (conversationId: string | null, text: string) =>
      visitor.request('message.send', { conversationId, clientId: newId(), text, attachments: [] })
    const { conversationId } = await say(null, 'Hello')
    return { say: (text: string) => say(conversationId, text), conversationId }
  }
  const told = (who: Staff, text: string) => who.pushes.some((push) => JSON.stringify(push).includes(text))
  const follow = async (who: Staff, conversationId: string) => {
    await who.request('resume', { conversationId })
  }

  it('hears no more of a conversation once it goes where they may not hear it', async () => {
    const [moved, stays] = [await begun(), await begun()]
    const { reviewer, supervisor } = by as Record<'reviewer' | 'supervisor', Staff>
    for (const { conversationId } of [moved, stays])
      for (const who of [reviewer, supervisor]) await follow(who, conversationId)
    await moved.say('before it moved')
    await reviewer.push('events', (push) => JSON.stringify(push).includes('before it moved'))
    const to = { kind: 'queue', id: board } as const
    const { conversationId } = moved
    const given = { conversationId, to, note: 'about the merger', anyway: true }
    await supervisor.request('conversation.reassign', given)
    await moved.say('after it moved')
    await supervisor.push('events', (push) => JSON.stringify(push).includes('after it moved'))
    await stays.say('somewhere else')
    await reviewer.push('events', (push) => JSON.stringify(push).includes('somewhere else'))
    expect(told(reviewer, 'the merger')).toBe(false)
    expect(told(reviewer, 'after it moved')).toBe(false)
    await expect(follow(reviewer, conversationId)).rejects.toMatchObject({ code: 'notFound' })
  })

  it('over the floor is told how it ended, and nothing of what may not be heard after that', async () => {
    const { conversationId, say } = await begun()
    const { admin, supervisor } = by as Record<'admin' | 'supervisor', Staff>
    await admin.request('conversation.take', { conversationId })
    const to = { kind: 'queue', id: board } as const
    await admin.request('conversation.transfer', { conversationId, to, note: '', anyway: true })
    await admin.request('conversation.take', { conversationId })
    await follow(supervisor, conversationId)
    await follow(admin, conversationId)
    await say('is it open to me')
    await supervisor.push('events', (push) => JSON.stringify(push).includes('is it open to me'))
    await admin.request('conversation.end', { conversationId })
    await supervisor.push('events', ({ events }) => events.some(({ type }) => type === 'ended'))
    await admin.request('note.add', { conversationId, clientId: newId(), text: 'what came of it' })
    await admin.push('events', (push) => JSON.stringify(push).includes('what came of it'))
    await expect(follow(supervisor, conversationId)).rejects.toMatchObject({ code: 'notFound' })
    expect(told(supervisor, 'what came of it')).toBe(false)
  })
})
