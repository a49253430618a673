/** After a conversation: nothing is offered until its agent is done, or the time is over. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { queueBody } from '../configuration/testing.ts'
import { noWrapUp } from '../contract/configuration.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { eventually, journey, openStage, type Stage } from './testing/stage.ts'
import { say } from './testing/talk.ts'

let stage: Stage
let processes: Process[]
let sara: Person

const put = async (kind: string, id: string, body: object): Promise<void> => {
  const values = [kind, id, JSON.stringify(body)]
  await stage.rows('insert into configuration (kind, id, version, body) values ($1, $2, 1, $3)', values)
}

beforeAll(async () => {
  stage = await openStage({ REOPEN_HOURS: '0' })
  const [queueId, sales] = [newId(), newId()]
  const wrapUp = { ...noWrapUp, mode: 'timed' as const, ms: 6_000, extensionMs: 60_000 }
  await put('queue', queueId, queueBody({ wrapUp }))
  await put('disposition', sales, { name: 'Sales', parentId: null })
  await put('disposition', newId(), { name: 'Order placed', parentId: sales })
  const [person] = await stage.rows<{ id: string }>("select id from person where name like 'Sara%'")
  const queues = [{ queueId, priority: 1 }]
  await put('profile', person?.id ?? '', { teamId: null, skills: [], queues, capacity: null })
  await stage.rows('update site set queue_id = $1', [queueId])
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [, agents] = processes as [Process, Process]
  sara = await openDesk(agents.browser, stage.stack, 'Sara')
  await sara.launcher().click()
  await sara.text('New conversations come to you.').waitFor()
}, 150_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 90_000)

async function newVisitor(text: string): Promise<Person> {
  const [shop] = processes as [Process, Process]
  const visitor = await openShop(shop.browser, stage.stack)
  await visitor.launcher().click()
  await say(visitor, text)
  return visitor
}
const offers = () => sara.page.getByRole('group', { name: 'Offers' })
const form = () => sara.page.getByRole('form', { name: 'Wrap-up' })
type Row = { type: string; payload: { how?: string; names?: string[] }; visitor_seq: number | null }
const logged = (type: string) =>
  stage.rows<Row>('select type, payload, visitor_seq from conversation_event where type = $1 order by at', [
    type,
  ])

describe('the wrap-up', () => {
  const step = journey()

  step('whose time runs out gives the agent back, and the log tells of it to staff alone', async () => {
    const first = await newVisitor('First question')
    await offers().getByRole('button', { name: 'Accept' }).click()
    await sara.field('Message').fill('Here you are')
    await sara.button('Send').click()
    await sara.button('End conversation').click()
    await form().waitFor({ timeout: 20_000 })
    await form().getByRole('timer').waitFor()
    await sara.text(/^Wrap-up\. New conversations come again/).waitFor()
    const second = await newVisitor('Second question')
    await sara.page.getByRole('list', { name: 'Waiting' }).getByText('Second question').waitFor()
    await offers().getByText('Second question').waitFor({ timeout: 20_000 })
    await form().waitFor({ state: 'detached' })
    const [started] = await logged('wrapUpStarted')
    const [ended] = await logged('wrapUpEnded')
    expect([started?.visitor_seq, ended?.visitor_seq, ended?.payload.how]).toEqual([null, null, 'timedOut'])
    const [row] = await stage.rows<{ early: boolean }>(`select min(o.at) < max(w.at) as early
      from conversation_event o, conversation_event w where w.type = 'wrapUpEnded'
      and o.type = 'offered' and o.conversation_id <> w.conversation_id`)
    expect(row).toEqual({ early: false })
    for (const one of [first, second]) expect(await one.text(/wrap-up/i).count()).toBe(0)
    await first.context.close()
  })

  step('that is filled in is over at once, and stands in the thread', async () => {
    await offers().getByRole('button', { name: 'Accept' }).click()
    await sara.button('End conversation').click()
    await form().waitFor({ timeout: 20_000 })
    await form().getByRole('button', { name: /more$/ }).click()
    await form().getByLabel('Disposition').selectOption({ label: 'Sales › Order placed' })
    await form().getByLabel('Note for colleagues').fill('Wants it on Friday')
    await form().getByRole('button', { name: 'Done' }).click()
    await sara.text('New conversations come to you.').waitFor()
    await sara.page
      .getByRole('log')
      .getByText(/^Disposition: .?Sales › Order placed/)
      .waitFor()
    await sara.page.getByRole('log').getByText('Wants it on Friday').waitFor()
    await eventually('it is logged', async () => (await logged('disposed')).length === 1 || undefined)
    expect((await logged('wrapUpEnded')).map(({ payload }) => payload.how)).toEqual(['timedOut', 'done'])
  })

  step('that its queue requires stands in the way of being available, and that is what is said', async () => {
    await stage.rows(
      `update configuration set body = jsonb_set(body, '{wrapUp,disposition}', '"required"') where kind = 'queue'`,
    )
    const visitor = await newVisitor('Third question')
    await offers().getByRole('button', { name: 'Accept' }).click()
    await sara.button('End conversation').click()
    await form().waitFor({ timeout: 20_000 })
    await form().getByRole('button', { name: /more$/ }).click()
    for (const act of [() => sara.launcher().click(), () => sara.page.keyboard.press('Alt+1')]) {
      await act()
      const said = sara.text('Fill in the wrap-up first')
      await said.waitFor()
      await said.waitFor({ state: 'detached' })
    }
    await form().getByLabel('Disposition').selectOption({ label: 'Sales › Order placed' })
    await form().getByRole('button', { name: 'Done' }).click()
    await sara.text('New conversations come to you.').waitFor()
    await visitor.context.close()
  })
})
