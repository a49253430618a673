import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import type { MaskBody } from '../contract/masking.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const CARD = '4539 1488 0343 6467'
const rule = (over: Partial<MaskBody> = {}): MaskBody => ({
  ...{ name: 'Orders', what: 'pattern', pattern: '\\bORD-\\d{4}\\b', mode: 'hide', keepLast: 0 },
  ...over,
})
type Staff = Awaited<ReturnType<TestApp['staff']>>

const send = async (path: string, by: Staff, method: string, body?: object) =>
  await fetch(`${app.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${by.session.access}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const save = (by: Staff, body: MaskBody) =>
  send(`/api/desk/configuration/mask/${id()}`, by, 'PUT', { version: 0, body })
const reveal = (by: Staff, conversationId: string, seq: number) =>
  send(`/api/desk/hidden/${conversationId}/${seq}`, by, 'POST')

async function talk() {
  const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
  const words = (text: string) => ({ clientId: id(), text, attachments: [] })
  const { conversationId } = await visitor.request('message.send', {
    conversationId: null,
    ...words(`My card is ${CARD}`),
  })
  await agent.request('conversation.take', { conversationId })
  const says = (text: string) => visitor.request('message.send', { conversationId, ...words(text) })
  return { visitor, agent, conversationId, says }
}

/** All that the database holds in words, whatever the column. */
async function everythingStored(): Promise<string> {
  const tables = [
    'conversation_event',
    'conversation',
    'hidden_text',
    'mention',
    'contact',
    'attachment',
    'invitation',
  ]
  const texts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`.execute(
        app.db,
      )
      return rows.map(({ row }) => row).join('\n')
    }),
  )
  return texts.join('\n')
}

describe('what people write', () => {
  it('is stored without card numbers, whoever writes it and wherever', async () => {
    const { agent, conversationId, says } = await talk()
    const amir = await app.staff('Amir')
    // The first ones go the ordinary way, those after them the short one.
    for (let n = 0; n < 3; n++) await says(`again ۴۵۳۹ ۱۴۸۸ ۰۳۴۳ ۶۴۶۷ and 4539\u200c1488\u200c0343\u200c6467`)
    const words = { conversationId, clientId: id() }
    await agent.request('message.send', { ...words, clientId: id(), text: `yours: ${CARD}`, attachments: [] })
    const mentions = [amir.session.person.id]
    await agent.request('note.add', { ...words, text: `they gave ${CARD}`, mentions })
    const file = await fetch(`${app.url}/api/desk/attachments?name=${encodeURIComponent(`${CARD}.txt`)}`, {
      ...{ method: 'POST', body: 'x' },
      headers: {
        authorization: `Bearer ${agent.session.access}`,
        'content-type': 'application/octet-stream',
      },
    })
    expect(await file.json()).toMatchObject({ name: '•••• •••• •••• ••••.txt' })
    await agent.request('conversation.transfer', {
      conversationId,
      to: { kind: 'queue', id: null },
      note: CARD,
      anyway: true,
    })
    const stored = await everythingStored()
    expect(stored).toContain('They gave ••••'.toLowerCase())
    expect(stored.replace(/[\s\u200c-]/g, '')).not.toMatch(/4539148803436467|۴۵۳۹۱۴۸۸۰۳۴۳۶۴۶۷/)
  })

  it('is told masked to the one who wrote it, too', async () => {
    const { visitor, conversationId } = await talk()
    const resumed = await visitor.request('resume', { conversationId })
    if (resumed.kind !== 'snapshot') throw new Error(resumed.kind)
    const texts = resumed.snapshot.events.flatMap((one) => (one.type === 'message' ? [one.payload.text] : []))
    expect(texts).toEqual(['My card is •••• •••• •••• ••••'])
  })
})

describe('a rule that hides', () => {
  it('keeps the words for those who may see them; each time is in the audit log', async () => {
    const admin = await app.staff('Boss', 'admin')
    expect((await save(admin, rule())).status).toBe(200)
    const { agent, conversationId, says } = await talk()
    const { seq: _seq } = await says(`it is ORD-1234, paid by ${CARD}`)
    const history = await agent.request('history', { conversationId, before: 1_000 })
    const told = history.events.findLast((one) => one.type === 'message')
    expect(told?.payload).toEqual({ text: 'it is •••-••••, paid by •••• •••• •••• ••••', hidden: true })
    const seq = told?.seq ?? 0
    expect((await reveal(agent, conversationId, seq)).status).toBe(403)
    const stranger = await app.staff('Stranger')
    expect((await reveal(stranger, conversationId, seq)).status).toBe(404)
    const vera = await app.staff('Vera', 'supervisor')
    const answer = await reveal(vera, conversationId, seq)
    expect(await answer.json()).toEqual({ text: 'it is ORD-1234, paid by •••• •••• •••• ••••' })
    expect((await reveal(vera, conversationId, seq - 1)).status).toBe(404)
    const audit = await send('/api/desk/audit?action=revealed', admin, 'GET')
    const { entries } = (await audit.json()) as { entries: object[] }
    expect(entries).toMatchObject([
      { person: { name: 'Vera' }, kind: 'conversation', subjectId: conversationId, after: { seq } },
    ])
  })

  it('is refused when it is not understood, with the place', async () => {
    const admin = await app.staff('Chief', 'admin')
    const answer = await save(admin, rule({ pattern: '(a' }))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ detail: { field: 'pattern' } })
    const tried = await send('/api/desk/masking/try', admin, 'POST', { rule: rule(), text: 'ORD-0001' })
    expect(await tried.json()).toEqual({ text: '•••-••••', fault: null })
  })
})
