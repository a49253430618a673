/** Colleagues take part: a call is consulted about, shared, and handed on. Who hears whom is heard at each step. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import {
  openDesk,
  openGuest,
  openShop,
  type Person,
  type Process,
  type Role,
  startProcess,
} from './testing/people.ts'
import { eventually, journey, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, choose, hears, sees, silent } from './testing/talk.ts'

let stage: Stage
let processes: Process[]
let visitor: Person
let sara: Person
let amir: Person

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent'), startProcess('colleague')])
  const [one, two, three] = processes as [Process, Process, Process]
  visitor = await openShop(one.browser, stage.stack)
  sara = await openDesk(two.browser, stage.stack, 'Sara')
  amir = await openDesk(three.browser, stage.stack, 'Amir')
  await beginChat(visitor, sara)
  await beginCall(visitor, sara)
  await amir.launcher().click()
}, 200_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await stage?.stop()
}, 90_000)

const types = async (): Promise<string[]> =>
  (await stage.rows<{ type: string }>('select type from conversation_event order by seq')).map(
    ({ type }) => type,
  )

const step = journey()

describe('a call with colleagues', () => {
  step('is consulted about while the visitor is on hold, and goes back to the visitor', async () => {
    // Whoever of the queue is free: Amir.
    await choose(sara, 'Transfer', 'Everybody’s queue', 'Consult first')
    await amir.text('It is about the oak lamp').waitFor()
    await amir.text('Rings for Everybody’s queue').waitFor()
    await visitor.text(/On hold since/).waitFor()
    await amir.button('Accept').click()
    await Promise.all([hears(sara, 'colleague', Date.now()), hears(amir, 'agent', Date.now())])
    await Promise.all([silent(visitor, 'agent', 'colleague'), silent(amir, 'visitor')])
    // On a phone all that can be done now lies in view above the bar.
    const back = sara.page.getByRole('button', { name: /^Back to / })
    await sara.page.setViewportSize({ width: 390, height: 844 })
    await eventually('the way back is in view', async () => {
      const [way, bar] = [await back.boundingBox(), await sara.page.locator('.call-foot').boundingBox()]
      return way !== null && bar !== null && way.y + way.height <= bar.y
    })
    await sara.page.setViewportSize({ width: 1_440, height: 900 })
    await back.click()
    await bothHear(visitor, sara, Date.now())
    await amir.button('Hang up').waitFor({ state: 'detached' })
  })

  step('becomes one of three, in which the visitor sees who came', async () => {
    await choose(sara, 'Transfer', 'Amir', 'Consult first')
    await amir.button('Accept').waitFor()
    await amir.page.keyboard.press('Alt+A')
    await hears(amir, 'agent', Date.now())
    await sara.button('Bring together').click()
    const since = Date.now()
    await Promise.all([
      ...[hears(visitor, 'agent', since), hears(visitor, 'colleague', since)],
      ...[hears(sara, 'visitor', since), hears(sara, 'colleague', since)],
      ...[hears(amir, 'visitor', since), hears(amir, 'agent', since)],
    ])
    await visitor.text('Amir').waitFor()
  })

  step(
    'becomes one of four with a guest, and each hears and sees each other',
    async () => {
      await sara.button('Add participant').click()
      await sara.field('Name of the guest').fill('Ivan')
      await sara.button('Create link').click()
      const url = await sara.field('Link for one use').inputValue()
      await sara.page.keyboard.press('Escape')
      const ivan = await openGuest(visitor.page.context().browser(), url)
      await haveTheFloor([visitor, 'visitor'], [sara, 'agent'], [amir, 'colleague'], [ivan, 'visitor'])
      await ivan.button('Hang up').click()
      await ivan.page.close()
    },
    180_000,
  )

  step('is handed over to the colleague, who goes on without a break', async () => {
    await sara.page.getByRole('button', { name: /^Hand over to / }).click()
    await sara.button('Hang up').waitFor({ state: 'detached' })
    await bothHearColleague()
    await silent(visitor, 'agent')
  })

  step('is transferred with a note, taken back within five seconds, and transferred again', async () => {
    await choose(amir, 'Transfer', 'Sara', 'Transfer now')
    await visitor.text(/On hold since/).waitFor()
    await amir.button('Undo').click()
    await bothHearColleague()
    await choose(amir, 'Transfer', 'Sara', 'Transfer now')
    await sara.text('It is about the oak lamp').waitFor()
    await sara.button('Accept').click()
    await bothHear(visitor, sara, Date.now())
    await silent(visitor, 'colleague')
    const about = new Set(['held', 'resumed', 'transferred', 'transferReturned', 'assigned', 'callEnded'])
    const parts = /^(invit|seat)/
    expect((await types()).filter((type) => about.has(type) || parts.test(type))).toEqual([
      'assigned',
      // Consulted: a queue, then who of it is rung for; and cancelled.
      ...['held', 'invited', 'invited', 'invitationGone', 'seatJoined', 'seatLeft', 'resumed'],
      // Consulted and brought together: from then on the visitor knows of the seat.
      ...['held', 'invited', 'invitationGone', 'seatJoined', 'seatJoined', 'resumed'],
      // The guest.
      ...['invited', 'invitationGone', 'seatJoined', 'seatLeft'],
      // Handed over: the colleague is the agent now.
      ...['seatLeft', 'assigned'],
      // Transferred and taken back, transferred again.
      ...['held', 'transferred', 'transferReturned', 'assigned', 'resumed'],
      ...['held', 'transferred', 'assigned', 'resumed'],
    ])
    await sara.button('Hang up').click()
    await visitor.button('Hang up').waitFor({ state: 'detached' })
  })
})

const bothHearColleague = () =>
  Promise.all([hears(visitor, 'colleague', Date.now()), hears(amir, 'visitor', Date.now())])

/**
 * In turn: three voices at once cannot be told apart, and twelve moving pictures are more than two cores show in time. The guest
 * speaks with the visitor's voice, as a page of the same process.
 */
async function haveTheFloor(...all: [Person, Role][]): Promise<void> {
  for (const [one] of all) await one.button('Mute').click()
  for (const [one, voice] of all) {
    const others = all.flatMap(([other]) => (other === one ? [] : [other]))
    await one.button('Unmute').click()
    await one.button('Mute').waitFor()
    const since = Date.now()
    await one.button('Turn camera on').click()
    if (one === visitor) await visitor.button('Agree').click()
    await Promise.all(others.flatMap((other) => [hears(other, voice, since), sees(other, 'Camera of')]))
    await one.button('Turn camera off').click()
    await one.button('Mute').click()
    await Promise.all(others.map((other) => other.picture('Camera of').waitFor({ state: 'detached' })))
  }
  for (const [one] of all) await one.button('Unmute').click()
}
