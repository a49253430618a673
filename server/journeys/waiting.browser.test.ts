/** Whom nobody answers at once: outside hours, with a spoken message, and called back. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startPushService, type TestPushService } from '../push/testing.ts'
import { v7 as newId } from 'uuid'
import { hoursBody, queueBody } from '../configuration/testing.ts'
import { clicked, createMailman, subscribesTo } from './testing/push.ts'
import { openDesk, openShop, type Person, type Process, startProcess, visitorAt } from './testing/people.ts'
import { eventually, journey, openStage, type Stage } from './testing/stage.ts'
import { bothHear, hears, say } from './testing/talk.ts'

let stage: Stage
let service: TestPushService
let processes: Process[]
let agent: Person
const people: Person[] = []
const hoursId = newId()
/** That of the browsers as well, so that their times are those of the hours. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
const never = Array.from({ length: 7 }, () => [])
const always = Array.from({ length: 7 }, () => [{ from: '00:00', to: '24:00' }])

const keep = (kind: string, id: string, body: object) =>
  stage.rows(
    `insert into configuration (kind, id, version, body) values ($1, $2, 1, $3)
     on conflict (kind, id) do update set body = excluded.body`,
    [kind, id, JSON.stringify(body)],
  )
const hours = (week: object[], exceptions: object[] = []) =>
  keep('hours', hoursId, hoursBody({ timeZone, week: week as [], exceptions: exceptions as [] }))

beforeAll(async () => {
  service = await startPushService()
  stage = await openStage({ PUSH_HOSTS: '127.0.0.1' })
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  agent = await openDesk(processes[1]!.browser, stage.stack, 'Sara')
  const queueId = newId()
  await hours(never)
  await keep('queue', queueId, queueBody({ name: 'Shop', hoursId }))
  const [sara] = await stage.rows<{ id: string }>(`select id from person where name = 'Sara'`)
  const queues = [{ queueId, priority: 1 }]
  await keep('profile', sara!.id, { teamId: null, skills: [], queues, capacity: null })
  await stage.rows('update site set queue_id = $1', [queueId])
  // Who serves it connects with the rights of the new queue.
  await agent.page.reload()
}, 150_000)
afterAll(async () => {
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await stage?.stop()
  await service?.stop()
}, 90_000)

/** Another visitor, with the panel open. */
async function comes(): Promise<Person> {
  const visitor = await openShop(processes[0]!.browser, stage.stack)
  people.push(visitor)
  await visitor.launcher().click()
  return visitor
}

/** What the log of the newest conversation tells, in order. */
async function told(): Promise<string[]> {
  const rows = await stage.rows<{ type: string }>(
    `select type from conversation_event where conversation_id =
       (select id from conversation order by created_at desc limit 1) order by seq`,
  )
  return rows.map(({ type }) => type)
}

const away = async () => {
  await agent.button('Away').click()
  await agent.text('Away').waitFor()
}
const ends = async (visitor: Person) => {
  await agent.button('End conversation').click()
  await visitor.text('Everything stays here').waitFor()
  await visitor.context.close()
  await away()
}

describe('outside opening hours', () => {
  const step = journey()
  let visitor: Person

  step('the visitor is told so at once, and leaves a message with an address', async () => {
    await agent.launcher().click()
    visitor = await comes()
    await visitor.text('We are closed now.').waitFor()
    await visitor.button('Leave a message').click()
    const panel = await visitor.frame()
    await panel.getByLabel('Your message').fill('Is the lamp in stock?')
    await visitor.button('Send').click()
    await visitor.text('Please fill in “E-mail address”.').waitFor()
    await panel.getByLabel('E-mail address').fill('reza@example.test')
    await visitor.button('Send').click()
    await visitor.text('Your message has arrived.').waitFor()
    expect(await told()).toEqual(['started', 'queued', 'deferred', 'formAnswered', 'message'])
  })

  step('it is offered to nobody until it opens, and then as a task', async () => {
    await hours(always)
    await agent.text('A message to answer').waitFor()
    await agent.button('Accept').click()
    await agent.text('From the form (not verified)').waitFor()
    await agent.text('reza@example.test').waitFor()
    await say(agent, 'Yes, it is.')
    await visitor.text('Yes, it is.').waitFor()
    expect((await told()).slice(5)).toEqual(['offered', 'assigned', 'message'])
  })

  step(
    'it is given on to a closed queue only by a second word, and the visitor is told that it is kept',
    async () => {
      const shut = newId()
      await keep('hours', shut, hoursBody({ name: 'Never', timeZone: 'UTC', week: never, exceptions: [] }))
      await keep('queue', newId(), queueBody({ name: 'Returns', hoursId: shut }))
      await agent.button('Transfer').click()
      await agent.page.getByRole('radio', { name: /Returns\W+Closed/ }).check()
      await agent.text(/Returns.* is closed now/).waitFor()
      expect(await agent.button('Transfer now').isDisabled()).toBe(true)
      await agent.page.getByRole('checkbox', { name: 'Give it there anyway' }).check()
      await agent.button('Transfer now').click()
      await agent.text(/On the way to/).waitFor()
      await visitor.text('Your message has arrived.').waitFor()
      expect((await told()).slice(8)).toEqual(['transferred', 'queued', 'deferred'])
      await visitor.context.close()
      await away()
    },
  )
})

describe('a spoken message', () => {
  const step = journey()
  let visitor: Person

  step('that cannot be recorded ends, and the visitor is led to every other way', async () => {
    const recordings = join(stage.stack.dataDir, 'recordings')
    await rename(recordings, `${recordings}-away`)
    await writeFile(recordings, 'no folder')
    visitor = await comes()
    await visitor.button('Voice message').click()
    await visitor.button('Agree').click()
    await visitor.text('Your message').first().waitFor()
    const begun = `update call set answered_at = answered_at - interval '20 seconds' where ended_at is null returning id`
    await eventually('it has begun', async () => (await stage.rows(begun)).length > 0)
    await visitor.text('Your message could not be kept. Please write instead.').waitFor()
    await visitor.button('Leave a message').waitFor()
    await visitor.button('Write a message').click()
    const panel = await visitor.frame()
    await panel.locator('textarea:focus').waitFor()
    expect((await told()).slice(-2)).toEqual(['callEnded', 'ended'])
    await rm(recordings)
    await rename(`${recordings}-away`, recordings)
    await visitor.context.close()
  })

  step('is spoken where nobody is there, with consent, and arrives', async () => {
    visitor = await comes()
    await visitor.button('Voice message').click()
    await visitor.button('Agree').click()
    await visitor.text('Speak now.').waitFor()
    await visitor.text('Recording').waitFor()
    await visitor.page.waitForTimeout(5_000)
    await visitor.button('Finish').click()
    await visitor.text('Your spoken message has arrived.').waitFor()
    const types = await told()
    for (const type of ['callAsked', 'callConnected', 'recordingStarted', 'callEnded', 'voicemailLeft'])
      expect(types).toContain(type)
  })

  step('is offered as a task, and heard by the agent who takes it', async () => {
    await agent.launcher().click()
    await agent.text('A spoken message to listen to.').waitFor()
    await agent.button('Accept').click()
    const player = agent.page.locator('.spoken audio')
    await player.waitFor()
    const since = Date.now()
    await player.evaluate(async (audio: HTMLAudioElement) => {
      const context = new AudioContext()
      context.createMediaElementSource(audio).connect(context.destination)
      await audio.play()
    })
    await hears(agent, 'visitor', since)
    await ends(visitor)
  })
})

describe('a call-back where it is closed', () => {
  const step = journey()
  let visitor: Person
  const DAY = 86_400_000
  const dayAfter = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)
  const open = (date: string) => ({ date, name: date, openings: [{ from: '10:00', to: '12:00' }] })
  const opens = /We open \w+ \d+ \w+, 10:00/

  step('is wished for on days on which it opens, and the picker says when it is closed', async () => {
    await hours(never, [open(dayAfter(2)), open(dayAfter(3))])
    visitor = await comes()
    await visitor.text(opens).waitFor()
    await visitor.button('Call me back').click()
    const panel = await visitor.frame()
    await panel.getByRole('radio', { name: 'Not before' }).check()
    const days = panel.getByRole('combobox', { name: 'Day' }).locator('option')
    await eventually('both days can be chosen', async () => (await days.count()) === 2)
    await panel.getByLabel('Time').fill('13:00')
    await visitor.text('We are closed then. We call you once we open:').waitFor()
    await visitor.button('Call me back').click()
    await visitor.text(/We call you back from \w+ \d+ \w+, 10:00/).waitFor()
    await visitor.text(opens).waitFor()
  })

  step('of which the time is over before anybody rang is not said to have been one', async () => {
    await hours(always)
    await stage.rows('update callback set expires_at = now()')
    await visitor.text('We did not get to call you back in time.').waitFor()
    await visitor.button('Call me back').waitFor()
    await visitor.context.close()
    await stage.rows(`update conversation set phase = 'ended' where phase <> 'ended'`)
  })
})

describe('a conversation that is transferred', () => {
  const step = journey()
  let visitor: Person

  step('is told and offered what its new queue does', async () => {
    const elsewhere = newId()
    await keep('queue', elsewhere, queueBody({ name: 'Claims', callback: null, voicemail: null }))
    // Somebody serves it, but is not at work.
    const [amir] = await stage.rows<{ id: string }>(`select id from person where name = 'Amir'`)
    const queues = [{ queueId: elsewhere, priority: 1 }]
    await keep('profile', amir!.id, { teamId: null, skills: [], queues, capacity: null })
    await hours(always)
    visitor = await comes()
    await say(visitor, 'My lamp is broken')
    await visitor.button('Call me back').waitFor()
    await agent.launcher().click()
    await agent.button('Accept').click()
    await agent.button('Transfer').click()
    await agent.page.getByRole('radio', { name: /Claims/ }).check()
    await agent.page.getByLabel('Give it there anyway').check()
    await agent.button('Transfer now').click()
    await visitor.button('Leave a message').waitFor()
    await away()
    await visitor.button('Call me back').waitFor({ state: 'detached' })
    await visitor.button('Voice message').waitFor({ state: 'detached' })
    await visitor.context.close()
    await stage.rows(`update conversation set phase = 'ended' where phase <> 'ended'`)
  })
})

describe('a call-back', () => {
  const step = journey()
  let visitor: Person

  step('is asked for instead of waiting', async () => {
    visitor = await comes()
    await visitor.button('Call me back').click()
    await visitor.button('Call me back').click()
    await visitor.text('We call you back as soon as it is your turn.').waitFor()
    expect(await told()).toEqual(['started', 'queued', 'callbackAsked'])
  })

  step('rings at the visitor’s when an agent is free, and both hear each other', async () => {
    await agent.launcher().click()
    await agent.text('To be called back').waitFor()
    await agent.button('Accept').click()
    await visitor.button('Accept').click()
    await visitor.button('Agree').click()
    await bothHear(visitor, agent, Date.now())
    const rung = ['offered', 'assigned', 'callAsked', 'consentGiven', 'callConnected']
    expect((await told()).filter((type) => rung.includes(type))).toEqual(rung)
  })
})

describe('a call-back to somebody who closed the page', () => {
  const step = journey()
  let visitor: Person
  const [theirs, agents] = [() => service.browser('visitor'), () => service.browser('agent')]
  let device: ReturnType<typeof theirs>
  let desk: ReturnType<typeof agents>

  step('is told on their device, as they allowed in a window of Parley’s', async () => {
    await agent.button('Hang up').click()
    await agent.button('End conversation').click()
    await away()
    await people.at(-1)?.context.close()
    device = theirs()
    visitor = await openShop(processes[0]!.browser, stage.stack)
    await subscribesTo(visitor.context, device.subscription)
    await visitor.launcher().click()
    await visitor.button('Call me back').click()
    await visitor.button('Call me back').click()
    const opening = visitor.page.waitForEvent('popup')
    await visitor.button('Tell me on this device').click()
    const window = await opening
    await window.getByRole('button', { name: 'Allow notifications' }).click()
    await window.getByText('Done. You are told on this device.').waitFor()
    await visitor.text('you are told on this device').waitFor()
    await window.close()
  })

  step('a click opens the page; the agent out of view is told once, until they accept', async () => {
    desk = agents()
    await subscribesTo(agent.context, desk.subscription)
    await agent.button('Preferences').click()
    await agent.page.getByLabel('Notify me on this device').check()
    await agent.text('Of offers, calls, messages').waitFor()
    await agent.page.keyboard.press('Escape')
    await visitor.page.close()
    // Who walks to another page is not told.
    const longAgo = `update visitor set gone_since = gone_since - interval '11 seconds' where gone_since is not null
      and id = (select visitor_id from conversation order by created_at desc limit 1) returning id`
    await eventually('the visitor is gone', async () => (await stage.rows(longAgo)).length > 0)
    await agent.launcher().click()
    const turn = await device.push((push) => !push.over)
    await agent.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
      window.Notification = class extends Notification {
        constructor(...all: ConstructorParameters<typeof Notification>) {
          super(...all)
          document.documentElement.dataset['told'] = 'by the page as well'
        }
      }
    })
    const mailman = await createMailman(visitor.context, stage.stack.url, '/widget/notify')
    await mailman.deliver(turn.body)
    expect(await mailman.shown(1)).toEqual([
      { title: 'It is your turn', body: 'Open the chat at Demo shop, and we call you.' },
    ])
    const address = await clicked(visitor.context)
    expect(address).toBe(`${stage.stack.url}/demo?lang=en&parley=open`)
    visitor = visitorAt(await visitor.context.newPage())
    await visitor.page.goto(address)
    await visitor.text('We call you back as soon as it is your turn.').waitFor()
    expect(new URL(visitor.page.url()).search).toBe('?lang=en')
    const offer = await desk.push(({ tag, over }) => tag.startsWith('offer') && !over)
    const post = await createMailman(agent.context, stage.stack.url, '/desk')
    await post.deliver(offer.body)
    expect(await post.shown(1)).toEqual([{ title: 'A visitor', body: 'Would like a voice call' }])
    expect(await agent.page.evaluate(() => document.documentElement.dataset['told'])).toBeUndefined()
    await agent.button('Accept').click()
    const over = await desk.push(({ tag, over }) => tag === offer.push.tag && over)
    await post.deliver(over.body)
    expect(await post.shown(0)).toEqual([])
  })

  step('and both hear each other', async () => {
    await visitor.button('Accept').click()
    await visitor.button('Agree').click()
    await bothHear(visitor, agent, Date.now())
  })
})
