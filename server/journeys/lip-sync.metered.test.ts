/** Sound, picture and words of a recorded call are in step when it is watched: flash and beep through the whole path. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { ReplayData } from '../contract/http.ts'
import { colourOf, firedBy, giveFlashAndBeep } from './testing/flash-and-beep.ts'
import { InvalidMeasurement, valid } from './testing/measure.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { installReplayMeter, onsetsInFile, takeWatched, type Watched } from './testing/replay-meter.ts'
import { openStage, type Stage } from './testing/stage.ts'
import {
  clockAt,
  flashesIn,
  nearest,
  onsetsOf,
  onTime,
  ownOffset,
  type Spread,
  spreadOf,
  type Sure,
  sureOf,
} from './testing/sync-figures.ts'
import { beginChat, say, sees } from './testing/talk.ts'

/** Product figures and what a crowded machine is allowed. Positive: sound before picture. */
const SLACK = 3
const EARLY_MS = 45 * SLACK
const LATE_MS = -125 * SLACK
const SIDES_MS = 100 * SLACK
const HIGHLIGHT_MS = 200 * SLACK

/** Beyond this, the page that fires is not a meter. */
const LARGEST_OWN_MS = 250
const WORDS = 9
/** Fewer moments than this say nothing. */
const ENOUGH = 5
/** Of the fires of one round of words. */
const SURE = 10
/** A picture has this long to fall in step after a start. */
const SETTLE_MS = 1_000
/** A flash of this colour that is farther off belongs to another second. */
const NEAR_MS = 1_450
const roles = ['visitor', 'agent'] as const

type Said = { text: string; at: number }

/** The two who talk. */
type Role = 'visitor' | 'agent'

let stage: Stage
let processes: Process[]
let reviewer: Person
let page: Page
let indexes: ReplayIndex[] = []
let said: Said[]
const fired: Record<Role, Sure[]> = { visitor: [], agent: [] }

async function pressed(person: Person): Promise<number> {
  return (await firedBy(person)).clicks.at(-1) ?? Number.NaN
}

/** Words one after another, each at a moment that is known. */
async function speak(people: Record<Role, Person>, round: number): Promise<Said[]> {
  const out: Said[] = []
  for (let count = 1; count <= WORDS; count++) {
    const [from, to] = count % 2 === 0 ? [people.agent, people.visitor] : [people.visitor, people.agent]
    const text = `Word ${round}-${count}.`
    await say(from, text)
    await to.text(text).waitFor()
    const at = await pressed(from)
    out.push({ text, at })
    await from.page.waitForFunction((then) => Date.now() > then, at + 1_700)
  }
  return out
}

async function talk(people: Record<Role, Person>): Promise<void> {
  const { visitor, agent } = people
  await beginChat(visitor, agent)
  await visitor.button('Voice call').click()
  await visitor.button('Agree').click()
  await agent.button('Accept').click()
  await Promise.all([visitor, agent].map((one) => one.text(/^Recording$/).waitFor()))
  await visitor.button('Turn camera on').click()
  await visitor.button('Agree').click()
  await agent.button('Turn camera on').click()
  await Promise.all([sees(agent, 'Camera of'), sees(visitor, 'Camera of')])
  let round = 0
  await valid(async () => {
    said = await speak(people, ++round)
    for (const role of roles) {
      const { fires } = await firedBy(people[role])
      fired[role] = sureOf(fires.filter(({ due }) => due > (said[0]?.at ?? 0)))
      if (fired[role].length < SURE) throw new InvalidMeasurement(`the ${role}’s page was late`)
    }
  }, people)
  await agent.button('Hang up').click()
}

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [shop, desk] = processes as [Process, Process]
  const people = {
    visitor: await openShop(shop.browser, stage.stack),
    agent: await openDesk(desk.browser, stage.stack, 'Sara'),
  }
  for (const role of roles) await giveFlashAndBeep(people[role], role)
  await talk(people)
  await Promise.all(roles.map((role) => people[role].context.close()))
  reviewer = await openDesk(desk.browser, stage.stack, 'Kian')
  page = reviewer.page
  await installReplayMeter(page)
  page.on('response', async (answer) => {
    if (!/\/api\/replay\/[0-9a-f-]{36}$/.test(answer.url()) || !answer.ok()) return
    const { calls } = (await answer.json()) as ReplayData
    indexes = calls.flatMap(({ recording }) => (recording ? [recording.index] : []))
  })
  const [row] = await stage.rows<{ id: string }>('select id from conversation')
  await page.goto(`${stage.stack.url}/desk/replay/${row?.id}`)
  await page.getByRole('img', { name: 'Visitor’s voice', exact: true }).waitFor({ timeout: 60_000 })
}, 240_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 30_000)

/** The recording's only index, and where its sound begins in ms since 1970. */
function recording(): { index: ReplayIndex; soundFrom: number; channels: Role[] } {
  const [index] = indexes
  if (!index?.audio) throw new Error('no recording')
  const channels = index.audio.channels.map(({ role }) => (role === 'agent' ? 'agent' : 'visitor'))
  return { index, soundFrom: index.startMs + index.audio.start, channels }
}

/** Plays from just before the first word to the last one. */
async function watch(speed: string): Promise<Watched> {
  const thread = page.getByRole('log')
  const bubble = (at: number, state = '') =>
    thread.locator(`.bubble${state}`, { hasText: said.at(at)?.text ?? '' })
  await page.getByRole('checkbox', { name: 'Show what comes later' }).check()
  await bubble(0)
    .getByRole('button', { name: /^Go to/ })
    .click()
  await page.getByRole('checkbox', { name: 'Show what comes later' }).uncheck()
  await page.getByRole('combobox', { name: 'Speed' }).selectOption(speed)
  await takeWatched(page)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await bubble(-1, '.highlighted').waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  return takeWatched(page)
}

type Moment = { due: number; flashAt: number; beepAt: number; own: number }

/** Each fire that was both seen and heard while the page was on time: ms of the page's clock. */
function momentsOf(watched: Watched, role: Role): Moment[] {
  const { index, soundFrom, channels } = recording()
  const cam = index.video.find((one) => one.role === role && one.source === 'cam')
  if (!cam) throw new Error(`the ${role}’s camera is not in the recording`)
  const { ticks } = watched
  const begun = ticks[0]?.at ?? 0
  const beeps = onsetsOf(watched.onsets, channels.indexOf(role))
  const frames = watched.frames.filter(({ side }) => side === role)
  return fired[role].flatMap((fire) => {
    const { due, flashAt, beepAt } = fire
    const flashes = flashesIn(frames, colourOf(due))
    const flash = nearest(flashes, flashAt, ({ mediaMs }) => index.startMs + cam.start + mediaMs, NEAR_MS)
    const beep = nearest(beeps, beepAt, (at) => soundFrom + clockAt(ticks, at), 500)
    if (!flash || beep === null || Math.min(beep, flash.at) < begun + SETTLE_MS) return []
    if (!onTime(ticks, beep) || !onTime(ticks, flash.at)) return []
    return [{ due, flashAt: flash.at, beepAt: beep, own: ownOffset(fire) }]
  })
}

function told(what: string, spread: Spread): Spread {
  const figures = Object.entries(spread).map(([name, value]) => `${name} ${Math.round(value)}`)
  process.stdout.write(`    ${what}: ${figures.join(', ')} ms\n`)
  if (!(spread.count >= ENOUGH)) throw new InvalidMeasurement(`only ${spread.count} moments of ${what}`)
  return spread
}

describe('the recording', () => {
  it('has flash and beep of a page that was on time, and its own offset is known', () => {
    for (const role of roles) {
      const fires = fired[role]
      const offsets = spreadOf(fires.map(ownOffset))
      told(`${role}’s own offset`, offsets)
      expect(offsets.worst).toBeLessThan(LARGEST_OWN_MS)
    }
  })

  it('lays both voices on the clock as they sounded', async () => {
    const { soundFrom, channels } = recording()
    const decoded = await onsetsInFile(page)
    const placed = roles.map((role) => {
      const onsets = decoded[channels.indexOf(role)] ?? []
      const late = fired[role].flatMap(({ beepAt, due }) => {
        const onset = nearest(onsets, beepAt - soundFrom, (at) => at, 500)
        return onset === null ? [] : [{ due, ms: soundFrom + onset - beepAt }]
      })
      told(`${role}’s beep in the file after it sounded`, spreadOf(late.map(({ ms }) => ms)))
      return late
    })
    const [visitor = [], agent = []] = placed
    const apart = visitor.flatMap(({ due, ms }) => {
      const other = agent.find((one) => one.due === due)
      return other ? [ms - other.ms] : []
    })
    const { p5, p95 } = told('visitor after agent in the file', spreadOf(apart))
    expect(Math.max(-p5, p95)).toBeLessThan(SIDES_MS)
  }, 30_000)
})

describe.each([1, 2])('a replay at %i×', (speed) => {
  it(
    'keeps lips, sides and words in step',
    () =>
      valid(async () => {
        const watched = await watch(String(speed))
        const moments = roles.map((role) => momentsOf(watched, role))
        for (const [index, role] of roles.entries()) {
          const early = (moments[index] ?? []).map(
            ({ flashAt, beepAt, own }) => flashAt - beepAt - own / speed,
          )
          const { p5, p95 } = told(`${speed}× ${role}’s sound before picture`, spreadOf(early))
          expect(p95).toBeLessThan(EARLY_MS)
          expect(p5).toBeGreaterThan(LATE_MS)
        }
        const { p5, p95 } = told(`${speed}× visitor’s sound after agent’s`, spreadOf(sidesOf(moments, speed)))
        expect(Math.max(-p5, p95)).toBeLessThan(SIDES_MS)
        const words = told(`${speed}× word pointed out after its time`, spreadOf(wordsLate(watched)))
        expect(words.worst).toBeLessThan(HIGHLIGHT_MS)
      }),
    240_000,
  )
})

/** How much later the visitor's beep was heard than the agent's of the same second, beyond what the pages fired. */
function sidesOf([visitor = [], agent = []]: Moment[][], speed: number): number[] {
  return visitor.flatMap(({ due, beepAt }) => {
    const other = agent.find((one) => one.due === due)
    const own = fired.visitor.find((one) => one.due === due)
    const others = fired.agent.find((one) => one.due === due)
    if (!other || !own || !others) return []
    return [(beepAt - other.beepAt) * speed - (own.beepAt - others.beepAt)]
  })
}

/** From the moment a word was sent to where the clock stood when it was pointed out. */
function wordsLate({ highlights, ticks }: Watched): number[] {
  const { soundFrom } = recording()
  return said.flatMap(({ text, at }) => {
    const seen = highlights.find((one) => one.text.includes(text))
    return seen && onTime(ticks, seen.at) ? [soundFrom + clockAt(ticks, seen.at) - at] : []
  })
}
