/** A visitor whose network goes, writes on, and comes back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Network, openNetwork } from './testing/network.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { openStage, type Stage } from './testing/stage.ts'
import { beginChat, say } from './testing/talk.ts'

let stage: Stage
let processes: Process[]
let network: Network
let visitor: Person
let agent: Person

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [one, other] = processes as [Process, Process]
  network = await openNetwork()
  visitor = await openShop(one.browser, stage.stack, { proxy: { server: network.server } })
  agent = await openDesk(other.browser, stage.stack, 'Sara')
  await beginChat(visitor, agent)
}, 200_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await network?.close()
  await stage?.stop()
}, 90_000)

async function goOffline(): Promise<void> {
  network.cut()
  await visitor.context.setOffline(true)
}

async function goOnline(): Promise<void> {
  network.mend()
  await visitor.context.setOffline(false)
}

const texts = ['It is dark here,', 'and the train is in a tunnel,', 'but the lamp interests me.']

async function arrivedOnceInOrder(sent: readonly string[]): Promise<void> {
  for (const text of sent) await agent.text(text).waitFor()
  const stored = await stage.rows<{ text: string }>(
    "select payload->>'text' as text from conversation_event where type = 'message' and payload->>'text' = any($1) order by seq",
    [sent],
  )
  expect(stored.map(({ text }) => text)).toEqual(sent)
  for (const person of [agent, visitor]) {
    const shown = await (await person.frame()).getByRole('log').innerText()
    expect(shown.split('\n').filter((text) => sent.includes(text))).toEqual(sent)
  }
}

describe('a visitor without a network', () => {
  it('sees what they write as waiting, and it arrives once and in order when the network is back', async () => {
    await goOffline()
    for (const text of texts) await say(visitor, text)
    await visitor.text('Sending').waitFor({ state: 'attached' })
    await visitor.text(/No connection|Reconnecting/).waitFor()
    expect(await agent.page.getByText(texts[0] ?? '').count()).toBe(0)
    await goOnline()
    await arrivedOnceInOrder(texts)
    await visitor.text('Sending').waitFor({ state: 'detached' })
  }, 90_000)

  it('does not lose what waits when the page is reloaded before the network is back', async () => {
    const kept = ['Still there?', 'One more thing.']
    await goOffline()
    for (const text of kept) await say(visitor, text)
    await visitor.text('Sending').waitFor({ state: 'attached' })
    await goOnline()
    await visitor.page.reload()
    await arrivedOnceInOrder(kept)
  }, 90_000)
})
