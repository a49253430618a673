/** Somebody whose network goes, who writes on, and comes back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Network, openNetwork } from './testing/network.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { openStage, type Stage } from './testing/stage.ts'
import { beginChat, say } from './testing/talk.ts'

let stage: Stage
let processes: Process[]
let network: Network
let agentsNetwork: Network
let visitor: Person
let agent: Person

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [one, other] = processes as [Process, Process]
  network = await openNetwork()
  agentsNetwork = await openNetwork()
  visitor = await openShop(one.browser, stage.stack, { proxy: { server: network.server } })
  agent = await openDesk(other.browser, stage.stack, 'Sara', { proxy: { server: agentsNetwork.server } })
  await beginChat(visitor, agent)
}, 200_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await network?.close()
  await agentsNetwork?.close()
  await stage?.stop()
}, 90_000)

async function goOffline(who = visitor, path = network): Promise<void> {
  path.cut()
  await who.context.setOffline(true)
}

async function goOnline(who = visitor, path = network): Promise<void> {
  path.mend()
  await who.context.setOffline(false)
}

async function attach(who: Person, ...names: string[]): Promise<void> {
  const frame = await who.frame()
  await frame
    .locator('input[type=file]')
    .setInputFiles(names.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })))
}

/** Names of the files that went with a message, of all messages with these words. */
async function wentWith(text: string): Promise<string[][]> {
  const rows = await stage.rows<{ names: string[] }>(
    `select array(select one->>'name' from jsonb_array_elements(payload->'attachments') one) as names
     from conversation_event where type = 'message' and payload->>'text' = $1`,
    [text],
  )
  return rows.map(({ names }) => names)
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

describe.each(['visitor', 'agent'] as const)('files that a %s without a network sends', (role) => {
  it('wait with their message, but for one that is taken out, and go once', async () => {
    const [who, other, path] =
      role === 'visitor' ? [visitor, agent, network] : [agent, visitor, agentsNetwork]
    const text = `The receipt of the ${role}`
    await goOffline(who, path)
    await attach(who, 'receipt.txt', 'unwanted.txt')
    await say(who, text)
    await who.text('Sending').waitFor()
    await who.text(/No connection|Reconnecting/).waitFor()
    const frame = await who.frame()
    await frame.getByRole('button', { name: 'Remove unwanted.txt' }).click()
    expect(await frame.getByText('Could not be sent').count()).toBe(0)
    await goOnline(who, path)
    await other.text(text).waitFor()
    await who.text('Sending').waitFor({ state: 'detached' })
    expect(await wentWith(text)).toEqual([['receipt.txt']])
    expect(await stage.rows("select 1 from attachment where name = 'unwanted.txt'")).toEqual([])
  }, 90_000)
})
