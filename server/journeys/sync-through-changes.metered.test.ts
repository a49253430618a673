/** Sound and picture of a recorded call stay in step through all that a call goes through: flash and beep after each. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { firedBy, giveFlashAndBeep } from './testing/flash-and-beep.ts'
import { InvalidMeasurement, valid } from './testing/measure.ts'
import {
  apartIn,
  earlyIn,
  flashesShot,
  lateInFile,
  laterBy,
  momentsOf,
  type Recorded,
  SETTLE_MS,
} from './testing/moments.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import { onsetsInFile, playedTo, type Side, sides } from './testing/replay-meter.ts'
import { openReplay, paceOf, told as toldOf, watch } from './testing/replayed.ts'
import { eventually, openStage, type Stage } from './testing/stage.ts'
import { EARLY_MS, LATE_MS, ownOffset, SIDES_MS, SLACK, type Sure, sureOf } from './testing/sync-figures.ts'
import { beginChat, beginSeen, choose, say, sees } from './testing/talk.ts'

/** Seconds with flash and beep of both once a change is over, and of those how many at least must be seen and heard. */
const FIRES = 4
const ENOUGH = 3
/** While it lasts. */
const MEANWHILE = 1
/** Until the last flash and beep are over. */
const LAST_MS = 400
/** A page without as many fires by then is none that could measure. */
const STARVED_FOR_MS = 30_000
const LOOK_MS = 100
/** Of a beep in the file from when it sounded: the way through capture and encoder, and what a crowded machine adds. */
const CLOCK_MS = 100 * SLACK

const names = ['hold', 'transfer', 'reconnect', 'pause'] as const
type Name = (typeof names)[number]

/** While it lasted, ms since 1970. `silent`: of whom nothing was to be recorded meanwhile. */
type Silence = { from: number; to: number; silent: readonly Side[]; fired: Record<Side, Sure[]> }
/** `fired`: since it was over. */
type Change = { mark: string; silence: Silence | null; since: number; fired: Record<Side, Sure[]> }

let stage: Stage
let processes: Process[]
let page: Page
let recorded: Recorded
let onsets: Record<Side, number[]>
const changes = {} as Record<Name, Change>

type People = { visitor: Person; agent: Person }

/** `count` seconds after `since` in which both fired for certain, or some more. */
async function firedSince(people: People, since: number, count: number): Promise<Record<Side, Sure[]>> {
  const of = async (side: Side) =>
    sureOf((await firedBy(people[side])).fires.filter(({ due }) => due > since))
  const deadline = performance.now() + STARVED_FOR_MS
  for (;;) {
    const [visitor, agent] = await Promise.all([of('visitor'), of('agent')])
    const both = visitor.map(({ due }) => due).filter((due) => agent.some((one) => one.due === due))
    const those = (fired: readonly Sure[]) => fired.filter(({ due }) => both.includes(due))
    if (both.length >= count) return { visitor: those(visitor), agent: those(agent) }
    if (performance.now() > deadline) throw new InvalidMeasurement('a page was late all the time')
    await delay(LOOK_MS)
  }
}

/** Lets some seconds pass of which nothing of `silent` is to be found again. */
async function lasts(people: People, silent: readonly Side[]): Promise<Silence> {
  const from = Date.now()
  const fired = await firedSince(people, from, MEANWHILE)
  return { from, to: Date.now(), silent, fired }
}

/** The word that leads to it in the replay, the change itself, and some seconds after it. */
async function goThrough(
  name: Name,
  { visitor, agent, next = agent }: People & { next?: Person },
  change: () => Promise<Silence | null>,
): Promise<void> {
  const mark = `Now the ${name}.`
  await say(visitor, mark)
  await agent.text(mark).waitFor()
  const silence = await change()
  const since = Date.now() + SETTLE_MS
  const fired = await firedSince({ visitor, agent: next }, since, FIRES)
  changes[name] = { mark, silence, since, fired }
}

/** What is being written at this moment. */
const open = () =>
  stage.rows<{ id: string; seat_id: string }>('select id, seat_id from segment where closed_at is null')

/** Who waits on hold hears no agent, and neither does the recording. */
async function onHold(people: People): Promise<Silence> {
  await people.visitor.text(/On hold since/).waitFor()
  const visitors = async () => (await open()).every(({ seat_id: seat }) => seat === 'visitor')
  await eventually('only the visitor is recorded', visitors)
  return lasts(people, ['agent'])
}

async function hold(people: People): Promise<Silence> {
  const { visitor, agent } = people
  await agent.button('Hold').click()
  const silence = await onHold(people)
  await agent.button('Resume').click()
  await visitor.text(/On hold since/).waitFor({ state: 'detached' })
  await sees(visitor, 'Camera of')
  return silence
}

async function transfer(people: People, colleague: Person): Promise<Silence> {
  const { visitor, agent } = people
  await choose(agent, 'Transfer', 'Amir', 'Transfer now')
  const silence = await onHold(people)
  await colleague.button('Accept').click()
  await colleague.button('Turn camera on').click()
  await Promise.all([sees(visitor, 'Camera of'), sees(colleague, 'Camera of')])
  return silence
}

async function reconnect(): Promise<null> {
  const before = (await open()).map(({ id }) => id)
  stage.killWorker()
  const isNew = ({ id }: { id: string }) => !before.includes(id)
  await eventually('all four are recorded on', async () => (await open()).filter(isNew).length === 4, 20_000)
  return null
}

async function pause(people: People): Promise<Silence> {
  const { visitor, agent } = people
  await agent.button('Pause recording').click()
  await agent.text('Nothing is recorded now. Card data may be given.').waitFor()
  const silence = await lasts(people, sides)
  await agent.button('Resume recording').click()
  await visitor.text(/^Recording$/).waitFor()
  return silence
}

beforeAll(async () => {
  const starting = Promise.all([startProcess('visitor'), startProcess('agent')])
  ;[processes, stage] = await Promise.all([starting, openStage()])
  const [shop, desk] = processes as [Process, Process]
  const [visitor, sara, amir] = await Promise.all([
    openShop(shop.browser, stage.stack),
    openDesk(desk.browser, stage.stack, 'Sara'),
    openDesk(desk.browser, stage.stack, 'Amir'),
  ])
  await Promise.all([
    giveFlashAndBeep(visitor, 'visitor'),
    ...[sara, amir].map((one) => giveFlashAndBeep(one, 'agent')),
  ])
  await beginChat(visitor, sara)
  await beginSeen(visitor, sara)
  await amir.launcher().click()
  const first = { visitor, agent: sara }
  const second = { visitor, agent: amir }
  await goThrough('hold', first, () => hold(first))
  await goThrough('transfer', { ...first, next: amir }, () => transfer(first, amir))
  await goThrough('reconnect', second, reconnect)
  await goThrough('pause', second, () => pause(second))
  await amir.button('Hang up').click()
  const [reviewer] = await Promise.all([
    openDesk(desk.browser, stage.stack, 'Kian'),
    ...[visitor, sara, amir].map((one) => one.context.close()),
  ])
  page = reviewer.page
  recorded = await openReplay(page, stage)
  const decoded = await onsetsInFile(page)
  const of = (side: Side) => decoded[recorded.channels.indexOf(side)] ?? []
  onsets = { visitor: of('visitor'), agent: of('agent') }
}, 240_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 90_000)

const told = (what: string, values: readonly number[]) => toldOf(what, values, ENOUGH)
const within = ({ from, to }: Silence, at: number) => at > from && at < to

describe.each(names)('flash and beep after a %s', (name) => {
  it('lie in the file as they sounded, both voices on the conversation’s clock', () => {
    const { fired } = changes[name]
    const of = (side: Side) => {
      told(`${name}: ${side}’s own offset`, fired[side].map(ownOffset))
      const late = lateInFile(onsets[side], recorded.soundFrom, fired[side])
      const times = late.map(({ ms }) => ms)
      const spread = told(`${name}: ${side}’s beep in the file after it sounded`, times)
      // What its page fired for certain is there.
      expect(late).toHaveLength(fired[side].length)
      expect(spread.worst).toBeLessThan(CLOCK_MS)
      return late
    }
    const apart = laterBy(of('visitor'), of('agent'))
    const { p5, p95 } = told(`${name}: visitor after agent in the file`, apart)
    expect(Math.max(-p5, p95)).toBeLessThan(SIDES_MS)
  })

  it(
    'are watched in step, and nothing of what was not to be recorded is heard or seen',
    () =>
      valid(async () => {
        const { mark, since, fired, silence } = changes[name]
        const last = Math.max(...sides.map((side) => fired[side].at(-1)?.due ?? 0))
        const watched = await watch(page, { from: mark, speed: 2 }, async () => {
          await playedTo(page, since - SETTLE_MS - recorded.soundFrom)
          await paceOf(page, 1)
          await playedTo(page, last + LAST_MS - recorded.soundFrom)
        })
        const of = (side: Side) => momentsOf(watched, recorded, side, fired[side])
        const moments = { visitor: of('visitor'), agent: of('agent') }
        for (const side of sides) {
          const early = earlyIn(moments[side], 1)
          const { p5, p95 } = told(`${name}: ${side}’s sound before picture`, early)
          expect(p95).toBeLessThan(EARLY_MS)
          expect(p5).toBeGreaterThan(LATE_MS)
        }
        const apart = apartIn(moments, fired, 1)
        const { p5, p95 } = told(`${name}: visitor’s sound after agent’s`, apart)
        expect(Math.max(-p5, p95)).toBeLessThan(SIDES_MS)
        for (const side of silence?.silent ?? []) {
          const shot = flashesShot(watched, recorded, side)
          expect(shot.filter((at) => silence && within(silence, at))).toEqual([])
        }
      }),
    120_000,
  )
})

describe.each(['hold', 'transfer', 'pause'] as const)('while the %s lasts', (name) => {
  it.each(sides)('the file has beeps of the %s if they are to be recorded, else none', (side) => {
    const { silence } = changes[name]
    if (!silence) throw new Error('not gone through')
    const fired = silence.fired[side]
    expect(fired.length).toBeGreaterThanOrEqual(MEANWHILE)
    const sounded = onsets[side].filter((onset) => within(silence, recorded.soundFrom + onset))
    if (silence.silent.includes(side)) expect(sounded).toEqual([])
    else expect(lateInFile(onsets[side], recorded.soundFrom, fired)).toHaveLength(fired.length)
  })
})
