import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import type { VisitorSession } from '../contract/http.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const page = (path: string) => ({ url: `https://shop.example/${path}`, title: path })

it('who has the visitor before them reads device, origin and way; others learn nothing', async () => {
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0${' '.repeat(600)}x`
  const asked = await fetch(`${app.url}/api/visitor/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': userAgent },
    body: JSON.stringify({ site: app.siteKey }),
  })
  const visitor = await app.visitor((await asked.json()) as VisitorSession)
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const start = { ...page('lamp'), referrer: 'https://search.example/' }
  const { conversationId } = await visitor.request('message.send', { ...hello, page: start })
  await visitor.request('page', page('chair'))
  await visitor.request('page', page('basket'))
  const [agent, other] = [await app.staff('Sara'), await app.staff('Other')]
  await agent.request('conversation.take', { conversationId })
  const about = await agent.request('visitor.about', { conversationId })
  expect(about).toMatchObject({
    device: { browser: 'Firefox 128', system: 'Linux', phone: false },
    referrer: 'https://search.example/',
    pages: [page('basket'), page('chair'), page('lamp')],
  })
  const asking = other.request('visitor.about', { conversationId })
  await expect(asking).rejects.toMatchObject({ code: 'notFound' })
})

it('says nothing of what is not known', async () => {
  const visitor = await app.visitor()
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  const agent = await app.staff('Sara')
  await agent.request('conversation.take', { conversationId })
  const about = await agent.request('visitor.about', { conversationId })
  expect(about).toEqual({ device: null, referrer: null, pages: [] })
})

it('a conversation begins in the language of the page that the visitor is on', async () => {
  const visitor = await app.visitor()
  await visitor.request('page', { ...page('lampa'), locale: 'ru' })
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  const agent = await app.staff('Sara')
  await agent.request('conversation.take', { conversationId })
  const { events } = await agent.request('history', { conversationId, before: 2 })
  expect(events[0]).toMatchObject({ type: 'started', payload: { locale: 'ru' } })
})
