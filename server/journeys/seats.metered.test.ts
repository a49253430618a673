/** People move about while they talk: they reload, walk on, open another tab. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { tell } from './testing/measure.ts'
import { type Network, openNetwork } from './testing/network.ts'
import { openDesk, openShop, type Person, type Process, startProcess, visitorAt } from './testing/people.ts'
import { eventually, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, hears, settled, stepsIn } from './testing/talk.ts'

const WITHIN_MS = 3_000
/** Stated figures are asserted threefold. */
const LIMIT_MS = 3 * WITHIN_MS

let stage: Stage
let processes: Process[]
let network: Network
let visitor: Person
let agent: Person

type Call = { id: string; agent_id: string }
type EventRow = { type: string; payload: { seats?: string[]; why?: string } }

const openCall = async (): Promise<Call> => {
  const calls = await stage.rows<Call>('select id, agent_id from call where ended_at is null')
  expect(calls).toHaveLength(1)
  return calls[0] as Call
}
const events = () => stage.rows<EventRow>('select type, payload from conversation_event order by seq')

let call: Call
let known = 0

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [one, other] = processes as [Process, Process]
  network = await openNetwork()
  visitor = await openShop(one.browser, stage.stack, { proxy: { server: network.server } })
  agent = await openDesk(other.browser, stage.stack, 'Sara')
  await beginChat(visitor, agent)
  await beginCall(visitor, agent)
}, 200_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await network?.close()
  await stage?.stop()
}, 30_000)

beforeEach(async () => {
  await settled(visitor, agent)
  call = await openCall()
  known = (await events()).length
}, 60_000)

/** The same call with the same agent, never queued again; both can hear each other `within` of `since`. */
async function backInTheCall(what: string, since: number): Promise<void> {
  const heard = await bothHear(visitor, agent, since, LIMIT_MS)
  tell(what, { heardAgain: heard - since })
  expect(heard - since).toBeLessThan(LIMIT_MS)
  expect(await openCall()).toEqual(call)
  const happened = (await events()).slice(known).map(({ type }) => type)
  for (const type of ['queued', 'offered', 'assigned', 'callAsked', 'callEnded'])
    expect(happened).not.toContain(type)
}

describe('people in a call', () => {
  it('are back in it when the visitor reloads the page', async () => {
    await visitor.page.reload({ waitUntil: 'commit' })
    await backInTheCall('visitor reloads', Date.now())
  }, 60_000)

  it('are back in it when the agent reloads the desk', async () => {
    await agent.page.reload({ waitUntil: 'commit' })
    await backInTheCall('agent reloads', Date.now())
  }, 60_000)

  it('are back in it when the visitor walks to another page of the shop', async () => {
    await visitor.page.getByRole('link', { name: 'Lamp' }).first().click()
    await visitor.page.waitForURL('**/demo/lamp', { waitUntil: 'commit' })
    await backInTheCall('visitor walks on', Date.now())
    const left = (await events()).slice(known).find(({ type }) => type === 'sideLeft')
    expect(left?.payload).toMatchObject({ seat: 'visitor', why: 'pageChange' })
  }, 60_000)

  it('find the camera on again after a reload, since it was on', async () => {
    await visitor.button('Turn camera on').click()
    await visitor.button('Agree').click()
    await visitor.button('Turn camera off').waitFor()
    await visitor.page.reload({ waitUntil: 'commit' })
    await backInTheCall('visitor reloads with camera', Date.now())
    await visitor.button('Turn camera off').click()
    await visitor.button('Turn camera on').waitFor()
  }, 60_000)

  it('hear nothing of each other on hold, and each other again when the agent resumes by a key', async () => {
    await agent.button('Hold').click()
    for (const person of [visitor, agent]) await person.text(/On hold since/).waitFor()
    const since = Date.now()
    await agent.button('Resume').waitFor()
    await visitor.page.waitForTimeout(1_500)
    expect(stepsIn(await visitor.heard(since), 'agent')).toEqual([])
    expect(stepsIn(await agent.heard(since), 'visitor')).toEqual([])
    await agent.page.keyboard.press('Alt+h')
    await bothHear(visitor, agent, Date.now())
    const holds = (await events()).slice(known).filter(({ type }) => type === 'held' || type === 'resumed')
    expect(holds.map(({ type, payload }) => [type, payload.seats])).toEqual([
      ['held', ['visitor']],
      ['resumed', ['visitor']],
    ])
  }, 60_000)

  it('go on hearing each other while the way to the server is gone, and try a new way when it is back', async () => {
    const since = Date.now()
    network.cut()
    await visitor.context.setOffline(true)
    await visitor.text(/Reconnecting|No connection/).waitFor()
    await bothHear(visitor, agent, Date.now())
    network.mend()
    await visitor.context.setOffline(false)
    await visitor.text(/Reconnecting|No connection/).waitFor({ state: 'detached' })
    await bothHear(visitor, agent, Date.now())
    const happened = (await visitor.heard(since)).events.map(({ what }) => what)
    expect(happened.filter((what) => what.endsWith('ice restart'))).not.toEqual([])
    expect(happened.filter((what) => what.endsWith('made'))).toEqual([])
    expect(await openCall()).toEqual(call)
  }, 60_000)

  it('are told in a second tab where the call is, and bring it there', async () => {
    const page = await visitor.context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`${stage.stack.url}/demo/chair`)
    const second = visitorAt(page)
    if (!(await second.button('Bring call here').isVisible())) await openPanel(second)
    await second.button('Bring call here').waitFor()
    await hears(visitor, 'agent', Date.now())
    const since = Date.now()
    await second.button('Bring call here').click()
    const first = visitor
    visitor = second
    await backInTheCall('brought to another tab', since)
    await first.button('Bring call here').waitFor()
    const quietFrom = Date.now()
    await bothHear(visitor, agent, quietFrom)
    expect(stepsIn(await first.heard(quietFrom), 'agent')).toEqual([])
    expect(await first.button('Hang up').count()).toBe(0)
    // It had the socket of both until now.
    await first.page.close()
    await bothHear(visitor, agent, Date.now())
    expect(await openCall()).toEqual(call)
  }, 60_000)

  it('are still in the one call that began, when the agent hangs up', async () => {
    await agent.button('Hang up').click()
    await visitor.button('Hang up').waitFor({ state: 'detached' })
    await eventually('the record says so', async () => {
      const rows = await stage.rows<{ end_reason: string | null }>('select end_reason from call')
      return rows.length === 1 && rows[0]?.end_reason === 'hungUp'
    })
  }, 30_000)
})

/** The panel of a new tab is folded, unless a call opened it. */
async function openPanel(person: Person): Promise<void> {
  if (await person.button('Close chat').isVisible()) return
  await person.launcher().click()
}
