/** Who reads at the desk what is not before them now leaves one entry of the audit log for each viewing. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { auditPage } from '../audit/audit.store.ts'
import { MAX_SEQ } from '../contract/limits.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  // Every word after an end begins a new conversation.
  app = await startTestApp({ reopenMs: 0 })
})
afterAll(() => app.stop())

type Staff = Awaited<ReturnType<TestApp['staff']>>
type Visitor = Awaited<ReturnType<TestApp['visitor']>>

async function say(visitor: Visitor, text: string, attachments: string[] = []): Promise<string> {
  const words = { conversationId: null, clientId: newId(), text, attachments }
  return (await visitor.request('message.send', words)).conversationId
}

async function answered(visitor: Visitor, agent: Staff, attachments: string[] = []): Promise<string> {
  const conversationId = await say(visitor, 'Hello', attachments)
  await agent.request('conversation.take', { conversationId })
  return conversationId
}

const end = (agent: Staff, conversationId: string) => agent.request('conversation.end', { conversationId })
const read = (who: Staff, conversationId: string) => who.request('resume', { conversationId })
const scroll = (who: Staff, conversationId: string) =>
  who.request('history', { conversationId, before: MAX_SEQ })

async function viewings(conversationId: string) {
  const { entries } = await auditPage(app.db, { subject: conversationId, action: 'viewed' })
  return entries.reverse().map(({ person, facts }) => [person.name, facts])
}

async function upload(visitor: Visitor, name: string): Promise<string> {
  const answer = await fetch(`${app.url}/api/visitor/attachments?name=${name}`, {
    ...{ method: 'POST', body: 'plan' },
    headers: { authorization: `Bearer ${visitor.session.access}` },
  })
  return ((await answer.json()) as { id: string }).id
}
const open = async (who: Staff, id: string) => {
  const headers = { authorization: `Bearer ${who.session.access}` }
  expect((await fetch(`${app.url}/api/desk/attachments/${id}`, { headers })).status).toBe(200)
}

describe('reading at the desk', () => {
  it('of what is before oneself is no viewing; of what has ended it is one, however often it is asked for', async () => {
    const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
    const waiting = await say(visitor, 'Hello')
    await read(sara, waiting)
    await sara.request('conversation.take', { conversationId: waiting })
    for (const ask of [read, scroll]) await ask(sara, waiting)
    expect(await viewings(waiting)).toEqual([])
    await end(sara, waiting)
    await Promise.all([read(sara, waiting), scroll(sara, waiting), read(sara, waiting)])
    await sara.request('visitor.about', { conversationId: waiting })
    expect(await viewings(waiting)).toEqual([['Sara', { live: false }]])
  })

  it('of somebody’s running conversation is one for each who supervises, and for a colleague who is named in it', async () => {
    const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
    const [vera, kian] = [await app.staff('Vera', 'supervisor'), await app.staff('Kian', 'reviewer')]
    const amir = await app.staff('Amir')
    const conversationId = await answered(visitor, sara)
    const mentions = [amir.session.person.id]
    await sara.request('note.add', { conversationId, clientId: newId(), text: 'Look', mentions })
    for (const who of [vera, kian, amir, vera]) await read(who, conversationId)
    expect(await viewings(conversationId)).toEqual(
      ['Vera', 'Kian', 'Amir'].map((name) => [name, { live: true }]),
    )
    await end(sara, conversationId)
  })

  it('of the earlier ones of a visitor is one for each of them', async () => {
    const [visitor, amir, sara] = [await app.visitor(), await app.staff('Amir'), await app.staff('Sara')]
    const old = await answered(visitor, amir)
    await end(amir, old)
    const present = await answered(visitor, sara)
    await sara.request('conversation.earlier', { conversationId: present })
    expect(await viewings(old)).toEqual([])
    await scroll(sara, old)
    await scroll(sara, old)
    expect(await viewings(old)).toEqual([['Sara', { live: false }]])
    expect(await viewings(present)).toEqual([])
    await end(sara, present)
  })
})

describe('a file', () => {
  it('of what is over is part of the viewing, or begins one; of what is before oneself it is none', async () => {
    const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
    const [vera, mina] = [await app.staff('Vera', 'supervisor'), await app.staff('Mina', 'supervisor')]
    const files = [await upload(visitor, 'one.txt'), await upload(visitor, 'two.txt')]
    const conversationId = await answered(visitor, sara, files)
    for (const id of files) await open(sara, id)
    expect(await viewings(conversationId)).toEqual([])
    await end(sara, conversationId)
    await read(vera, conversationId)
    await Promise.all(files.map((id) => open(vera, id)))
    await Promise.all(files.map((id) => open(mina, id)))
    const all = await viewings(conversationId)
    expect(all).toEqual([
      ['Vera', { live: false }],
      ['Mina', { attachment: expect.any(String) }],
    ])
  })

  it('shown by a replay belongs to that', async () => {
    const [visitor, sara] = [await app.visitor(), await app.staff('Sara')]
    const vera = await app.staff('Vera', 'supervisor')
    const file = await upload(visitor, 'one.txt')
    const conversationId = await answered(visitor, sara, [file])
    await end(sara, conversationId)
    const headers = { authorization: `Bearer ${vera.session.access}` }
    expect((await fetch(`${app.url}/api/replay/${conversationId}`, { headers })).status).toBe(200)
    await open(vera, file)
    await read(vera, conversationId)
    expect(await viewings(conversationId)).toEqual([['Vera', null]])
  })
})
