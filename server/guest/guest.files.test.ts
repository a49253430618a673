/** Files in a call with a guest: what was sent since they joined, and what they send. Without media: rows decide who sits there. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import type { GuestSession } from '../contract/guest.ts'
import type { Attachment } from '../contract/http.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { connectClient } from '../testing/client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

type Who = 'visitor' | 'guest' | 'desk'
const send = (who: Who, access: string, rest: string, init: RequestInit = {}) =>
  fetch(`${app.url}/api/${who}/attachments${rest}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${access}` },
  })
async function upload(who: Who, access: string, name: string): Promise<Attachment> {
  const headers = { 'content-type': 'application/octet-stream' }
  const answer = await send(who, access, `?name=${name}`, {
    method: 'POST',
    body: `bytes of ${name}`,
    headers,
  })
  return (await answer.json()) as Attachment
}
const text = async (who: Who, access: string, file: Attachment) => {
  const answer = await send(who, access, `/${file.id}`)
  return answer.ok ? await answer.text() : answer.status
}

async function inCall() {
  const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
  const shown = async (name: string, conversationId: string | null = null) => {
    const file = await upload('visitor', visitor.session.access, name)
    const message = { conversationId, clientId: id(), text: '', attachments: [file.id] }
    const sent = await visitor.request('message.send', message)
    return { file, conversationId: sent.conversationId }
  }
  const { conversationId, file: before } = await shown('before.txt')
  await sara.request('conversation.take', { conversationId })
  const asked = { conversationId, media: 'voice' as const, consent: { record: [] } }
  const { callId } = await visitor.request('call.ask', asked)
  await sara.request('call.answer', { callId, accept: true })
  const join = async (name: string) => {
    const { url } = await sara.request('call.inviteGuest', { callId, name })
    const answer = await fetch(`${app.url}/api/guest/session`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ token: url.split('#token=')[1] }),
    })
    const session = (await answer.json()) as GuestSession
    return Object.assign(await connectClient('guest', app.url, session.access), { session })
  }
  return { visitor, sara, callId, before, join, show: (name: string) => shown(name, conversationId) }
}

it('are the guest’s to open from their joining on, and not before', async () => {
  const { visitor, before, join, show, sara, callId } = await inCall()
  const guest = await join('Ivan')
  const { access } = guest.session
  const { file: after } = await show('after.txt')
  expect(await text('guest', access, after)).toBe('bytes of after.txt')
  const unsent = await upload('visitor', visitor.session.access, 'unsent.txt')
  const { before: foreign } = await inCall()
  for (const hidden of [before, unsent, foreign]) expect(await text('guest', access, hidden)).toBe(404)
  // Whoever joins later sees less.
  const late = await join('Olga')
  expect(await text('guest', late.session.access, after)).toBe(404)
  await sara.request('call.hangUp', { callId })
  expect(await text('guest', access, after)).toBe(401)
  for (const one of [guest, late]) one.close()
})

it('go from the guest to everybody in the call', async () => {
  const { visitor, sara, join } = await inCall()
  const guest = await join('Ivan')
  const { access } = guest.session
  const file = await upload('guest', access, 'plan.txt')
  expect([await text('guest', access, file), await text('visitor', visitor.session.access, file)]).toEqual([
    'bytes of plan.txt',
    404,
  ])
  const message = { clientId: id(), text: '', attachments: [file.id] }
  const sent = await guest.request('message.send', message)
  expect(await guest.request('message.send', message)).toEqual(sent)
  const { events } = await visitor.push('events', (push) =>
    push.events.some(({ clientId }) => clientId === message.clientId),
  )
  expect(events.at(-1)?.payload).toMatchObject({ attachments: [{ id: file.id, name: 'plan.txt' }] })
  for (const [who, token] of [
    ['visitor', visitor.session.access],
    ['desk', sara.session.access],
    ['guest', access],
  ] as const)
    expect(await text(who, token, file)).toBe('bytes of plan.txt')
  // Another's, and nothing at all, are no message.
  const theirs = await upload('visitor', visitor.session.access, 'theirs.txt')
  for (const attachments of [[theirs.id], [file.id], []]) {
    const wrong = guest.request('message.send', { clientId: id(), text: '', attachments })
    await expect(wrong).rejects.toMatchObject({ code: 'badInput' })
  }
  guest.close()
})
