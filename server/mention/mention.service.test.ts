import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
beforeEach(async () => {
  await sql`update conversation set phase = 'ended' where phase <> 'ended'`.execute(app.db)
})

async function taken() {
  const [visitor, sara, amir] = [await app.visitor(), await app.staff('Sara'), await app.staff('Amir')]
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await sara.request('conversation.take', { conversationId })
  return { visitor, sara, amir, conversationId }
}
const note = (conversationId: string, mentions: string[]) => ({
  ...{ conversationId, clientId: id(), text: '@Amir, could you look?', mentions },
})

describe('a colleague named in a note', () => {
  it('is told, sees the conversation from then on, and may write notes, but nothing to the visitor', async () => {
    const { visitor, sara, amir, conversationId } = await taken()
    await expect(amir.request('resume', { conversationId })).rejects.toMatchObject({ code: 'notFound' })
    const whom = (await sara.request('mention.whom', {})).people
    expect(whom.map(({ name }) => name)).toContain('Amir')
    expect(whom.map(({ id: one }) => one)).not.toContain(sara.session.person.id)
    const written = note(conversationId, [amir.session.person.id, sara.session.person.id])
    const { seq } = await sara.request('note.add', written)
    await amir.push('mentioned', (one) => one.conversationId === conversationId && one.by === 'Sara')
    const { mentions } = await amir.request('inbox', {})
    expect(mentions).toMatchObject([{ conversationId, seq, by: 'Sara', text: '@Amir, could you look?' }])
    expect((await sara.request('inbox', {})).mentions).toEqual([])
    expect(await amir.request('resume', { conversationId })).toMatchObject({ kind: 'snapshot' })
    await amir.request('note.add', { conversationId, clientId: id(), text: 'It is in stock' })
    const words = { conversationId, clientId: id(), text: 'Hello', attachments: [] }
    await expect(amir.request('message.send', words)).rejects.toMatchObject({ code: 'notAllowed' })
    // The answer was lost: written again, it names nobody twice.
    await sara.request('note.add', written)
    expect((await amir.request('inbox', {})).mentions).toHaveLength(1)
    await amir.request('mention.seen', { conversationId })
    await amir.push('mentionsSeen', (seen) => seen.conversationId === conversationId)
    expect((await amir.request('inbox', {})).mentions).toEqual([])
    const resumed = await visitor.request('resume', { conversationId })
    expect(JSON.stringify(resumed)).not.toMatch(/named|mention|could you look/)
  })

  it('must exist', async () => {
    const { sara, conversationId } = await taken()
    const add = sara.request('note.add', note(conversationId, [id()]))
    await expect(add).rejects.toMatchObject({ code: 'badInput' })
    const events = await app.db
      .selectFrom('conversation_event')
      .select('seq')
      .where('conversation_id', '=', conversationId)
      .where('type', '=', 'note')
      .execute()
    expect(events).toEqual([])
  })

  it('must be somebody who can come in', async () => {
    const { sara, amir, conversationId } = await taken()
    const amirsId = amir.session.person.id
    await app.db.updateTable('person').set({ disabled: true }).where('id', '=', amirsId).execute()
    const add = sara.request('note.add', note(conversationId, [amirsId]))
    await expect(add).rejects.toMatchObject({ code: 'badInput' })
  })

  it('is named by who sees the conversation, and nobody else', async () => {
    const { amir, conversationId } = await taken()
    const add = amir.request('note.add', note(conversationId, [amir.session.person.id]))
    await expect(add).rejects.toMatchObject({ code: 'notFound' })
    const reader = await app.staff('Kian', 'reviewer')
    await expect(reader.request('mention.whom', {})).rejects.toMatchObject({ code: 'notAllowed' })
  })
})
