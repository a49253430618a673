import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { auditPage } from '../audit/audit.store.ts'
import { THE_VISITOR } from '../contract/configuration.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

async function connected() {
  const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await agent.request('conversation.take', { conversationId })
  const asked = { conversationId, media: 'voice' as const, consent: { record: ['mic' as const] } }
  const { callId } = await visitor.request('call.ask', asked)
  await agent.request('call.answer', { callId, accept: true })
  return { visitor, agent, conversationId, callId }
}

it('each pause, and each end of one, is in the audit log with who and why, once', async () => {
  const { visitor, agent, conversationId, callId } = await connected()
  const form = { callId, hold: id(), why: 'form' as const }
  await visitor.request('recording.pause', form)
  await visitor.request('recording.pause', form)
  await agent.request('recording.pause', { callId })
  await visitor.request('recording.resume', form)
  await visitor.request('recording.resume', form)
  await visitor.request('recording.pause', { callId, hold: id(), why: 'page' })
  await agent.request('recording.resume', { callId, all: true })
  await agent.request('recording.resume', { callId, all: true })
  const { entries } = await auditPage(app.db, { subject: conversationId })
  const sara = { id: agent.session.person.id, name: 'Sara' }
  const theirs = { id: THE_VISITOR.id, name: '' }
  expect(
    entries.map(({ action, person, facts }) => [action, person, facts?.['why'], facts?.['number']]),
  ).toEqual(
    [
      ['pausedRecording', theirs, 'form', 1],
      ['pausedRecording', sara, 'card', 1],
      ['resumedRecording', theirs, 'form', 1],
      ['pausedRecording', theirs, 'page', 1],
      ['resumedRecording', sara, 'card', 1],
      ['resumedRecording', sara, 'page', 1],
    ].reverse(),
  )
  for (const { facts } of entries) expect(facts?.['callId']).toBe(callId)
})

it('what is refused is no entry', async () => {
  const { agent, conversationId, callId } = await connected()
  const other = await app.staff('Amir')
  await expect(other.request('recording.pause', { callId })).rejects.toMatchObject({ code: 'notFound' })
  await agent.request('call.hangUp', { callId })
  await expect(agent.request('recording.pause', { callId })).rejects.toMatchObject({ code: 'conflict' })
  expect((await auditPage(app.db, { subject: conversationId })).entries).toEqual([])
})
