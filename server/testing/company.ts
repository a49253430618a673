/** People around one call, without media: rows and log decide what the media node is told. */
import { v7 as id } from 'uuid'
import type { GuestSession } from '../contract/guest.ts'
import type { TestApp } from './app.ts'

export type Staff = Awaited<ReturnType<TestApp['staff']>>
export const idOf = (one: Staff) => one.session.person.id

export type Scene = Awaited<ReturnType<typeof scene>>

/** A visitor and Sara are in a call; Amir is available, Vera supervises. */
export async function scene(app: TestApp) {
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'My lamp is broken', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  const [sara, amir, vera] = [
    await app.staff('Sara'),
    await app.staff('Amir'),
    await app.staff('Vera', 'supervisor'),
  ]
  await sara.request('status.set', { status: 'away' })
  await sara.request('conversation.take', { conversationId })
  await amir.request('status.set', { status: 'available' })
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await visitor.request('call.ask', asked)
  await sara.request('call.answer', { callId, accept: true })
  const state = async () => {
    const resumed = await vera.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    return resumed.snapshot.state
  }
  const seatOf = async (one: Staff) =>
    await app.db
      .selectFrom('call_seat')
      .selectAll()
      .where('call_id', '=', callId)
      .where('person_id', '=', idOf(one))
      .executeTakeFirst()
  const consult = async () => {
    const wish = { callId, personId: idOf(amir), purpose: 'consult' as const, note: '' }
    const { invitationId } = await sara.request('call.invite', wish)
    await amir.request('invitation.answer', { invitationId, accept: true })
  }
  /** As with a browser of theirs. */
  const sitsDown = async (one: Staff) => {
    const seat = { holder: 'amirs-tab', epoch: 3, gone_since: null }
    const row = app.db.updateTable('call_seat').set(seat).where('call_id', '=', callId)
    await row.where('person_id', '=', idOf(one)).execute()
  }
  return { visitor, conversationId, callId, sara, amir, vera, state, seatOf, consult, sitsDown }
}

export async function guestOf(app: TestApp, { url }: { url: string }): Promise<GuestSession> {
  const answer = await fetch(`${app.url}/api/guest/session`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ token: url.split('#token=')[1] }),
  })
  return (await answer.json()) as GuestSession
}
