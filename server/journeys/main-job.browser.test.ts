/** The main job, as two people and a reviewer live it. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import type { Locale } from '../contract/words.ts'
import { openDesk, openShop, type Person, type Process, startProcess, windowAt } from './testing/people.ts'
import { eventually, journey, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, say, sees } from './testing/talk.ts'

const NOTE = 'between-us-zwiebelkuchen-7711'

let stage: Stage
let kian: Person
let processes: { visitor: Process; agent: Process }

beforeAll(async () => {
  stage = await openStage()
  const [visitor, agent] = await Promise.all([startProcess('visitor'), startProcess('agent')])
  processes = { visitor, agent }
  kian = await openDesk(agent.browser, stage.stack, 'Kian')
}, 150_000)
afterAll(async () => {
  await Promise.all([processes?.visitor.close(), processes?.agent.close()])
  await stage?.stop()
}, 90_000)

type Row = { id: string; seq: number; visitor_seq: number; agent_id: string | null }
type EventRow = { seq: number; visitor_seq: number | null; type: string; at: Date }
type Talk = { language: Locale; phone: boolean; agentName: string }

const talks: [string, Talk][] = [
  ['at a desk, in English', { language: 'en', phone: false, agentName: 'Sara' }],
  ['on a phone, in Persian', { language: 'fa', phone: true, agentName: 'Amir' }],
]

describe.each(talks)('a conversation %s', (_, { language, phone, agentName }) => {
  const step = journey()
  let visitor: Person
  let agent: Person
  let received: Buffer[]
  const conversation = async (): Promise<Row> => {
    const rows = await stage.rows<Row>(
      `select c.id, c.seq, c.visitor_seq, c.agent_id from conversation c join visitor v on v.id = c.visitor_id
       where v.locale = $1`,
      [language],
    )
    expect(rows).toHaveLength(1)
    return rows[0] as Row
  }

  beforeAll(async () => {
    const phoneLook = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
    visitor = await openShop(processes.visitor.browser, stage.stack, {
      language,
      ...(phone ? phoneLook : {}),
    })
    received = everythingReceived(visitor.page)
    agent = await openDesk(processes.agent.browser, stage.stack, agentName)
  }, 90_000)
  afterAll(async () => {
    await agent.button('Away').click()
    await Promise.all([visitor.context.close(), agent.context.close()])
  }, 90_000)

  step('begins with a typed word, which the agent accepts and answers', async () => {
    await beginChat(visitor, agent)
  })

  step('becomes a voice call in which each side hears the other', async () => {
    await beginCall(visitor, agent)
    await visitor.button('Hang up').waitFor()
    await agent.text('Recording').waitFor()
  })

  step('becomes a video call in which each side sees the other move', async () => {
    await visitor.button('Turn camera on').click()
    await visitor.button('Agree').click()
    await agent.button('Turn camera on').click()
    await Promise.all([sees(visitor, 'Camera of'), sees(agent, 'Camera of')])
    await bothHear(visitor, agent, Date.now())
  })

  // What people do with a phone once there is something to see.
  const turned = phone ? step : () => undefined
  turned('stands beside what is written on a phone that is laid on its side', async () => {
    const upright = visitor.page.viewportSize()
    if (!upright) throw new Error('no size')
    await visitor.page.setViewportSize({ width: upright.height, height: upright.width })
    const panel = visitor.page.frameLocator('parley-widget iframe')
    const boxOf = (locator: Locator) =>
      locator.boundingBox().then((box) => box ?? { x: 0, width: 0, height: 0 })
    await eventually('picture and thread have room', async () => {
      const [picture, thread] = [
        await boxOf(visitor.picture('Camera of')),
        await boxOf(panel.getByRole('log')),
      ]
      const beside = picture.x + picture.width <= thread.x || thread.x + thread.width <= picture.x
      return beside && picture.height > upright.width / 3 && thread.height > upright.width / 3
    })
    await visitor.button('Hang up').click({ trial: true })
    await visitor.page.setViewportSize(upright)
  })

  step('takes text, and notes that stay with the staff, while they talk', async () => {
    await say(visitor, 'Does it come in brass?')
    await agent.text('Does it come in brass?').waitFor()
    await agent.button('Add note').click()
    await agent.field('Note').fill(NOTE)
    await agent.button('Save note').click()
    await agent.text('Note, only for staff').waitFor()
    await say(agent, 'It does, see my screen.')
    await visitor.text('It does, see my screen.').waitFor()
  })

  // Once is enough.
  const once = phone ? () => undefined : step
  once('is seen in a window beside the desk, and in the desk again once that is closed', async () => {
    const opening = agent.context.waitForEvent('page')
    await agent.button('Pictures in a window of their own').click()
    const beside = windowAt(await opening)
    // As small as people see it.
    await beside.page.setViewportSize({ width: 480, height: 360 })
    await sees(beside, 'Camera of')
    await agent.text('The pictures are in a window of their own.').waitFor()
    expect(await agent.picture('Camera of').count()).toBe(0)
    await beside.button('Mute').click()
    await agent.button('Unmute').waitFor()
    await beside.button('Unmute').click()
    await agent.page.getByRole('link', { name: 'Reviews' }).click()
    await sees(beside, 'Camera of')
    await agent.page.goBack()
    await agent.button('Bring the pictures back').waitFor()
    const closed = beside.page.waitForEvent('close')
    // Gone before the key is up again.
    await beside.page.keyboard.press('Escape').catch(() => undefined)
    await closed
    await sees(agent, 'Camera of')
    // By the window's own way to close it, too.
    const again = agent.context.waitForEvent('page')
    await agent.page.keyboard.press('Alt+O')
    const other = windowAt(await again)
    await other.picture('Camera of').waitFor()
    await other.page.evaluate(() => setTimeout(() => window.close()))
    await sees(agent, 'Camera of')
    await bothHear(visitor, agent, Date.now())
  })

  step("shows the agent's screen to the visitor, and stops showing it", async () => {
    await agent.button('Share screen').click()
    await sees(visitor, 'Screen of')
    // What is seen for a blink may be over before the recorder was sent its first whole picture.
    const { id } = await conversation()
    await eventually('the screen is recorded', async () => {
      const [kept] = await stage.rows(
        `select 1 from segment s join call c on c.id = s.call_id where c.conversation_id = $1 and s.source = 'screen'`,
        [id],
      )
      return kept
    })
    await agent.button('Stop sharing').click()
    await visitor.picture('Screen of').waitFor({ state: 'detached' })
    await bothHear(visitor, agent, Date.now())
  })

  step('is not left by an agent who signs out without being told so', async () => {
    await agent.button('Sign out').click()
    const asked = agent.page.getByRole('dialog', { name: 'Sign out now?' })
    await asked.getByText('You leave the call that you are in.').waitFor()
    await asked.getByText('1 conversation of yours goes back').waitFor()
    await asked.getByRole('button', { name: 'Stay' }).click()
    await bothHear(visitor, agent, Date.now())
  })

  step('goes back to text when the agent hangs up', async () => {
    await agent.button('Hang up').click()
    await visitor.button('Hang up').waitFor({ state: 'detached' })
    await say(visitor, 'Thank you, I take it.')
    await agent.text('Thank you, I take it.').waitFor()
  })

  step('is one conversation in the log, numbered without a gap for both audiences', async () => {
    const { id, seq, visitor_seq } = await conversation()
    const events = await stage.rows<EventRow>(
      'select seq, visitor_seq, type, at from conversation_event where conversation_id = $1 order by seq',
      [id],
    )
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1))
    const seen = events.flatMap((event) => event.visitor_seq ?? [])
    expect(seen).toEqual(Array.from({ length: visitor_seq }, (_, index) => index + 1))
    const times = events.map(({ at }) => at.getTime())
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const main = [
      'started',
      'assigned',
      'callAsked',
      'callConnected',
      'recordingStarted',
      'note',
      'callEnded',
    ]
    const first = main.map((type) => events.findIndex((event) => event.type === type))
    expect(first).toEqual(first.toSorted((a, b) => a - b))
    expect(first).not.toContain(-1)
    expect(events.filter(({ type }) => type === 'message')).toHaveLength(5)
  })

  step('has a right record of the call: who, when, how it ended, what was recorded of each', async () => {
    const { id, agent_id } = await conversation()
    const calls = await stage.rows<Record<string, unknown>>('select * from call where conversation_id = $1', [
      id,
    ])
    expect(calls).toEqual([
      expect.objectContaining({ media: 'voice', asked_by: 'visitor', agent_id, end_reason: 'hungUp' }),
    ])
    const [call = {}] = calls
    const moments = ['asked_at', 'answered_at', 'ended_at'].map((name) => (call[name] as Date).getTime())
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
    const segments = await eventually(
      'all segments are closed',
      async () => {
        const rows = await stage.rows<{ seat_id: string; source: string; closed_at: Date | null }>(
          'select seat_id, source, closed_at from segment where call_id = $1',
          [call.id],
        )
        return rows.every((row) => row.closed_at) && rows
      },
      30_000,
    )
    const kinds = segments.map(({ seat_id, source }) => `${seat_id} ${source}`)
    // A phone's camera has a picture of another shape while it is turned, in a segment of its own.
    const shapes = phone ? kinds.filter((kind) => kind === 'visitor cam') : ['visitor cam']
    expect([1, 2, 3]).toContain(shapes.length)
    const once = ['agent cam', 'agent mic', 'agent screen', 'visitor mic']
    expect(kinds.toSorted()).toEqual([...once, ...shapes].toSorted())
    const [{ payload } = { payload: {} }] = await stage.rows<{ payload: object }>(
      "select payload from conversation_event where conversation_id = $1 and type = 'callEnded'",
      [id],
    )
    expect(payload).toMatchObject({ reason: 'hungUp', by: 'agent', recorded: true })
  })

  step('gives the visitor no byte of the private note, not even after a reload', async () => {
    await visitor.page.reload()
    if (phone) await visitor.launcher().click()
    await visitor.text('Thank you, I take it.').waitFor()
    const all = Buffer.concat(received)
    expect(all.includes('Thank you, I take it.')).toBe(true)
    expect(all.includes(NOTE)).toBe(false)
  })

  step(
    'is found and replayed by the reviewer: both voices, the picture, the words',
    async () => {
      const ahead = kian.page.waitForRequest(/\/replay-page-[^/]*\.js$/)
      await kian.page.goto(`${stage.stack.url}/desk/replay`)
      const { id } = await conversation()
      const row = kian.page.locator(`a[href$="/replay/${id}"]`)
      await row.waitFor()
      await ahead
      // What was said last is looked through a little later.
      await eventually(
        'all of it can be found',
        async () => {
          const [indexed] = await stage.rows(
            'select 1 from search_fact f join conversation c on c.id = f.conversation_id where c.id = $1 and f.seq = c.seq',
            [id],
          )
          return indexed
        },
        30_000,
      )
      await kian.page.keyboard.press('/')
      await kian.page.keyboard.type('thanks taking')
      await kian.page.keyboard.press('Enter')
      const line = kian.page.locator(`a[href*="/replay/${id}?seq="]`)
      await line.waitFor()
      expect(await line.locator('mark').allTextContents()).toEqual(['Thank', 'take'])
      await line.click()
      await kian.page.locator('.highlighted', { hasText: 'Thank you, I take it.' }).waitFor()
      await kian.text('is found here').waitFor()
      await kian.page.getByRole('link', { name: 'All conversations' }).click()
      await kian.button('Clear the words').click()
      await row.click()
      await kian.page.getByRole('img', { name: 'Agent’s voice', exact: true }).waitFor({ timeout: 60_000 })
      const since = Date.now()
      await kian.button('Play').click()
      const from = await bothHear(kian, kian, since, 40_000)
      // And both go on from where the second one began.
      await bothHear(kian, kian, from, 40_000)
      await kian.picture('Visitor’s camera').first().waitFor({ timeout: 40_000 })
      await sees(kian, 'Visitor’s camera')
      if (!phone) await repeatsAPart(kian)
    },
    120_000,
  )
})

/** The position comes to the beginning of a part again by itself. Leaves the pace as it was. */
async function repeatsAPart({ page, button }: Person): Promise<void> {
  const seek = page.getByRole('slider', { name: 'Seek', exact: true })
  const speed = page.getByRole('combobox', { name: 'Speed', exact: true })
  const second = async () => Number(await seek.inputValue())
  await speed.selectOption('4')
  await seek.fill('2')
  // It has come to its end meanwhile, perhaps.
  if (await button('Play').isVisible()) await button('Play').click()
  await button('Repeat from here').click()
  const begin = await second()
  await eventually('some of it has played', async () => (await second()) >= begin + 3, 30_000)
  await button('Repeat up to here').click()
  await eventually('it plays again', async () => (await second()) >= begin + 2, 30_000)
  await eventually('it begins once more', async () => (await second()) <= begin + 1, 30_000)
  await button('Stop repeating').click()
  await speed.selectOption('1')
}

/** All that a page and its frames are sent: answers and frames of sockets. */
function everythingReceived(page: Page): Buffer[] {
  const received: Buffer[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => void received.push(Buffer.from(payload))),
  )
  page.on('response', (response) => {
    // A redirect, or an answer to a page that has gone, has no body.
    response.body().then(
      (body) => void received.push(body),
      () => undefined,
    )
  })
  return received
}
