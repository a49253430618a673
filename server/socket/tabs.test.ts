import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { v7 as id } from 'uuid'
import type { Answer } from './serve.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

type Visitor = Awaited<ReturnType<TestApp['visitor']>>
const relay = (by: Visitor, tab: unknown, name: string, input: unknown) =>
  by.socket.timeout(5_000).emitWithAck('relay', tab, name, input) as Promise<Answer>

/** Names of the tabs that pushes of that name were for. */
function pushedTo(visitor: Visitor, name: string): unknown[] {
  const tabs: unknown[] = []
  visitor.socket.on(
    'push',
    (push: string, _payload: unknown, tab: unknown) => push === name && tabs.push(tab),
  )
  return tabs
}

const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })

describe('a socket that speaks for further tabs', () => {
  it('has their requests answered as if each had a socket', async () => {
    const visitor = await app.visitor()
    const message = hello()
    const answer = await relay(visitor, randomUUID(), 'message.send', message)
    expect(answer).toMatchObject({ ok: true, output: { at: expect.anything() } })
    // The same again by another tab, as after a change of the tab that has the socket.
    expect(await relay(visitor, randomUUID(), 'message.send', message)).toEqual(answer)
    expect(await relay(visitor, randomUUID(), 'no such', {})).toMatchObject({ failure: { code: 'badInput' } })
  })

  it('is told what concerns one of them with its name, and whether the team is there for each that comes', async () => {
    const visitor = await app.visitor()
    const team = pushedTo(visitor, 'team')
    const tab = randomUUID()
    await relay(visitor, tab, 'beat', {})
    await relay(visitor, tab, 'beat', {})
    while (team.length === 0) await visitor.request('beat', {})
    expect(team).toEqual([tab])
  })

  it('refuses what is no tab’s name, and more tabs than anybody opens', async () => {
    const visitor = await app.visitor()
    const refused = { ok: false, failure: { code: 'badInput' } }
    for (const bad of [null, 7, 'short', 'visitor:1', 'x'.repeat(65)]) {
      expect(await relay(visitor, bad, 'beat', {})).toMatchObject(refused)
    }
    const tabs = Array.from({ length: 30 }, () => randomUUID())
    for (const tab of tabs) expect(await relay(visitor, tab, 'beat', {})).toMatchObject({ ok: true })
    expect(await relay(visitor, randomUUID(), 'beat', {})).toMatchObject(refused)
    visitor.socket.emit('tabGone', tabs[0])
    expect(await relay(visitor, randomUUID(), 'beat', {})).toMatchObject({ ok: true })
  })

  it('is counted before a tab comes or goes, so that neither costs more than a request', async () => {
    const visitor = await app.visitor()
    const team = pushedTo(visitor, 'team')
    const comeAndGo = (tab: string) => {
      const answer = relay(visitor, tab, 'beat', {})
      visitor.socket.emit('tabGone', tab)
      return answer
    }
    const answers = await Promise.all(Array.from({ length: 300 }, () => comeAndGo(randomUUID())))
    expect(answers.filter((one) => one.ok).length).toBeLessThan(150)
    const last = randomUUID()
    while (!(await relay(visitor, last, 'beat', {})).ok);
    while (!team.includes(last)) await visitor.raw('beat', {})
    expect(team.length).toBeLessThan(200)
    visitor.close()
  })

  it('shares one allowance of requests among them', async () => {
    const visitor = await app.visitor()
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, i) => relay(visitor, `tab-number-${i % 20}`, 'beat', {})),
    )
    expect(all.some((one) => !one.ok && one.failure.code === 'tooMany')).toBe(true)
  })
})
