/** A supervisor finds a call on the board and takes part; a guest comes by a link. Who hears whom is heard at each step. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { queueBody } from '../configuration/testing.ts'
import { installEar, heardIn } from './testing/ear.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { journey, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, hears, say, silent } from './testing/talk.ts'

let stage: Stage
let processes: Process[]
let visitor: Person
let sara: Person
let vera: Person

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent'), startProcess('colleague')])
  const [one, two, three] = processes as [Process, Process, Process]
  visitor = await openShop(one.browser, stage.stack)
  sara = await openDesk(two.browser, stage.stack, 'Sara')
  vera = await openDesk(three.browser, stage.stack, 'Vera')
  await beginChat(visitor, sara)
  await beginCall(visitor, sara)
}, 200_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await stage?.stop()
}, 90_000)

const part = (name: string) => vera.page.getByRole('radio', { name })
const audited = async () =>
  (
    await stage.rows<{ action: string }>(
      `select action from audit_entry where kind = 'conversation' order by id`,
    )
  ).map(({ action }) => action)

/** Who took part besides the two, as what; `seen`: those from outside learnt of it. */
const parts = (name: string) =>
  stage.rows<{ type: string; mode: string | null; seen: boolean }>(
    `select type, payload ->> 'mode' as mode, visitor_seq is not null as seen from conversation_event
      where payload ->> 'name' = $1 and type in ('seatJoined', 'seatLeft') order by seq`,
    [name],
  )

const step = journey()

describe('a supervisor', () => {
  step('is told of a broken promise wherever they are at the desk, and led to the board', async () => {
    const training = JSON.stringify({ name: 'Training' })
    await stage.rows(
      `insert into configuration (kind, id, version, body) values ('awayReason', '${newId()}', 1, '${training}') returning id`,
    )
    await vera.page.reload()
    await vera.page.getByRole('region', { name: 'Conversations' }).waitFor()
    // It is told once: not to a page that is about to go.
    await stage.rows(`update contact set queued_at = queued_at - interval '5 minutes' returning id`)
    await vera.text(/too few were answered in time/).waitFor()
    await vera.button('Board').click()
    await vera.page
      .getByRole('alert')
      .getByText(/too few were answered in time/)
      .waitFor()
  })

  step('sets an agent away, with a reason of the operator’s', async () => {
    await vera.page.getByLabel('Set status of Sara').selectOption({ label: 'Away (Training)' })
    await sara.text(/^Away \(Training\)/).waitFor()
    await sara.text(/Vera/).first().waitFor()
  })

  step('hears a call with one click on the board; nobody hears them', async () => {
    await vera.button('Listen').click()
    await Promise.all([hears(vera, 'visitor', Date.now()), hears(vera, 'agent', Date.now())])
    await sara.text(/Vera listens/).waitFor()
    await Promise.all([silent(visitor, 'colleague'), silent(sara, 'colleague')])
  })

  step('whispers to the agent alone; both are told where it is recorded', async () => {
    const id = newId()
    const body = JSON.stringify(queueBody({ recordConsults: true }))
    await stage.rows(
      `insert into configuration (kind, id, version, body) values ('queue', '${id}', 1, '${body}') returning id`,
    )
    await stage.rows(
      `update conversation set state = jsonb_set(state, '{queueId}', to_jsonb('${id}'::text)) returning id`,
    )
    await part('Whisper').click()
    await Promise.all(
      [sara, vera].map((one) => one.text(/^What is said aside from .* is recorded, too\.$/).waitFor()),
    )
    await hears(sara, 'colleague', Date.now())
    await silent(visitor, 'colleague')
  })

  step('joins, heard and seen by all, and leaves', async () => {
    await part('Join').click()
    await sara.text(/is recorded, too/).waitFor({ state: 'detached' })
    await Promise.all([hears(sara, 'colleague', Date.now()), hears(visitor, 'colleague', Date.now())])
    await visitor.text('Vera').waitFor()
    await vera.button('Hang up').click()
    await silent(visitor, 'colleague')
    await bothHear(visitor, sara, Date.now())
    expect(await audited()).toEqual(['supervised', 'supervised', 'supervised', 'left'])
    expect(await parts('Vera')).toEqual([
      { type: 'seatJoined', mode: 'listen', seen: false },
      { type: 'seatJoined', mode: 'whisper', seen: false },
      { type: 'seatJoined', mode: 'barge', seen: true },
      { type: 'seatLeft', mode: null, seen: true },
    ])
  })
})

describe('a guest', () => {
  step('comes by a link, is heard by both and hears both, and sees nothing of before', async () => {
    await sara.button('Add participant').click()
    await sara.field('Name of the guest').fill('Ivan')
    await sara.button('Create link').click()
    const url = await sara.field('Link for one use').inputValue()
    await sara.page.keyboard.press('Escape')
    const context = await vera.context.browser()?.newContext({ locale: 'en-GB' })
    if (!context) throw new Error('no browser')
    await context.addInitScript(installEar)
    const page = await context.newPage()
    await page.goto(url)
    await page.getByRole('button', { name: 'Join call' }).click()
    const ivan: Person = { ...vera, context, page, heard: (since) => heardIn(page.mainFrame(), since) }
    const since = Date.now()
    await Promise.all([
      ...[hears(ivan, 'visitor', since), hears(ivan, 'agent', since)],
      ...[hears(visitor, 'colleague', since), hears(sara, 'colleague', since)],
    ])
    await say(visitor, 'Good day, Ivan')
    await page.getByText('Good day, Ivan').waitFor()
    expect(await page.getByText('Is the lamp in stock?').count()).toBe(0)
    await page.getByRole('textbox', { name: 'Message' }).fill('Good day to you')
    await page.getByRole('button', { name: 'Send' }).click()
    await visitor.text('Good day to you').waitFor()
    await page.reload()
    await hears(ivan, 'visitor', Date.now())
    await sara.page.getByRole('button', { name: /^Send .*Ivan.* out$/ }).click()
    await page.getByText('You are no longer in the call').waitFor()
    await silent(visitor, 'colleague')
    expect(await parts('Ivan')).toEqual([
      { type: 'seatJoined', mode: null, seen: true },
      { type: 'seatLeft', mode: null, seen: true },
    ])
    await context.close()
  })
})
