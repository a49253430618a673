/** Sound, picture and words of a recorded call are in step when it is watched: flash and beep through the whole path. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { firedBy, giveFlashAndBeep } from './testing/flash-and-beep.ts'
import { InvalidMeasurement, valid } from './testing/measure.ts'
import { apartIn, earlyIn, lateInFile, laterBy, momentsOf, type Recorded } from './testing/moments.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { onsetsInFile, type Side, sides, type Watched } from './testing/replay-meter.ts'
import { bubbleOf, openReplay, told as toldOf, watch as watchFrom } from './testing/replayed.ts'
import { openStage, type Stage } from './testing/stage.ts'
import {
  clockAt,
  EARLY_MS,
  LATE_MS,
  onTime,
  ownOffset,
  SIDES_MS,
  SLACK,
  type Sure,
  sureOf,
} from './testing/sync-figures.ts'
import { beginChat, beginSeen, say } from './testing/talk.ts'

const HIGHLIGHT_MS = 200 * SLACK

const WORDS = 9
/** Fewer moments than this say nothing. */
const ENOUGH = 5
/** Of the fires of one round of words. */
const SURE = 10

type Said = { text: string; at: number }

let stage: Stage
let processes: Process[]
let page: Page
let recorded: Recorded
let said: Said[]
const fired: Record<Side, Sure[]> = { visitor: [], agent: [] }

async function pressed(person: Person): Promise<number> {
  return (await firedBy(person)).clicks.at(-1) ?? Number.NaN
}

/** Words one after another, each at a moment that is known. */
async function speak(people: Record<Side, Person>, round: number): Promise<Said[]> {
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

async function talk(people: Record<Side, Person>): Promise<void> {
  const { visitor, agent } = people
  await beginChat(visitor, agent)
  await beginSeen(visitor, agent)
  let round = 0
  await valid(async () => {
    said = await speak(people, ++round)
    for (const role of sides) {
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
  for (const role of sides) await giveFlashAndBeep(people[role], role)
  await talk(people)
  await Promise.all(sides.map((role) => people[role].context.close()))
  page = (await openDesk(desk.browser, stage.stack, 'Kian')).page
  recorded = await openReplay(page, stage)
}, 240_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 30_000)

/** Plays from just before the first word to the last one. */
const watch = (speed: number): Promise<Watched> =>
  watchFrom(page, { from: said[0]?.text ?? '', speed }, () =>
    bubbleOf(page, said.at(-1)?.text ?? '', '.highlighted').waitFor({ timeout: 60_000 }),
  )

const told = (what: string, values: readonly number[]) => toldOf(what, values, ENOUGH)

describe('the recording', () => {
  it('lays both voices on the clock as they sounded', async () => {
    const { soundFrom, channels } = recorded
    const decoded = await onsetsInFile(page)
    const [visitor = [], agent = []] = sides.map((side) => {
      told(`${side}’s own offset`, fired[side].map(ownOffset))
      const late = lateInFile(decoded[channels.indexOf(side)] ?? [], soundFrom, fired[side])
      told(
        `${side}’s beep in the file after it sounded`,
        late.map(({ ms }) => ms),
      )
      return late
    })
    const apart = laterBy(visitor, agent)
    const { p5, p95 } = told('visitor after agent in the file', apart)
    expect(Math.max(-p5, p95)).toBeLessThan(SIDES_MS)
  }, 30_000)
})

describe.each([1, 2])('a replay at %i×', (speed) => {
  it(
    'keeps lips, sides and words in step',
    () =>
      valid(async () => {
        const watched = await watch(speed)
        const of = (side: Side) => momentsOf(watched, recorded, side, fired[side])
        const moments = { visitor: of('visitor'), agent: of('agent') }
        for (const side of sides) {
          const early = earlyIn(moments[side], speed)
          const { p5, p95 } = told(`${speed}× ${side}’s sound before picture`, early)
          expect(p95).toBeLessThan(EARLY_MS)
          expect(p5).toBeGreaterThan(LATE_MS)
        }
        const apart = apartIn(moments, fired, speed)
        const { p5, p95 } = told(`${speed}× visitor’s sound after agent’s`, apart)
        expect(Math.max(-p5, p95)).toBeLessThan(SIDES_MS)
        const words = told(`${speed}× word pointed out after its time`, wordsLate(watched))
        expect(words.worst).toBeLessThan(HIGHLIGHT_MS)
      }),
    240_000,
  )
})

/** From the moment a word was sent to where the clock stood when it was pointed out. */
function wordsLate({ highlights, ticks }: Watched): number[] {
  const { soundFrom } = recorded
  return said.flatMap(({ text, at }) => {
    const seen = highlights.find((one) => one.text.includes(text))
    return seen && onTime(ticks, seen.at) ? [soundFrom + clockAt(ticks, seen.at) - at] : []
  })
}
