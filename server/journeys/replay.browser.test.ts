/** A recorded conversation, watched again: in step, at any pace, from any word; and found, judged and shared in each language. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { ReplayData } from '../contract/http.ts'
import { LOCALES } from '../../scripts/screens/look.ts'
import { scriptedEngine, writeDown } from '../../scripts/screens/said-steps.ts'
import { card, question, serviceCard } from '../scorecard/testing.ts'
import { openDesk, openShop, type Person, type Process, startProcess } from './testing/people.ts'
import {
  finds,
  hasEnded,
  hearsTheirReview,
  judges,
  letAgentsHear,
  opens,
  publish,
  type Reader,
  reads,
  replays,
  setsRight,
  shares,
} from './testing/review-desk.ts'
import { eventually, journey, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, say, sees } from './testing/talk.ts'

/** Product figure and what a crowded machine is allowed. */
const IN_STEP_MS = 100 * 3
const HIGHLIGHT_MS = 200 * 3

let stage: Stage
let processes: [Process, Process]
let page: Page
let sara: Person
let id: string
let indexes: ReplayIndex[]

/** Keeps hold of the player's sounds, which are in no document. */
function keepSounds(): void {
  const Made = window.Audio
  const sounds: HTMLAudioElement[] = []
  const Kept = function (src?: string) {
    const sound = new Made(src)
    sounds.push(sound)
    return sound
  }
  Object.assign(window, { Audio: Kept, sounds })
}

/** Whether the words stood there before the first picture was asked for. */
function noteFirst(): void {
  new MutationObserver((_, observer) => {
    if (!document.querySelector('video')) return
    window.wordsFirst = document.querySelector('main [role="log"]') !== null
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
}

declare global {
  interface Window {
    sounds?: HTMLAudioElement[]
    left?: number
    wordsFirst?: boolean
    noted?: { at: number; shows: boolean; sounds: boolean }[]
  }
}

const passes = (person: Person, ms: number) =>
  person.page.evaluate((wait) => new Promise((done) => setTimeout(done, wait)), ms)

async function talk(visitor: Person, agent: Person): Promise<void> {
  await beginChat(visitor, agent)
  await beginCall(visitor, agent)
  await visitor.button('Turn camera on').click()
  await visitor.button('Agree').click()
  await sees(agent, 'Camera of')
  await say(visitor, 'Said while we talk.')
  await agent.text('Said while we talk.').waitFor()
  await passes(agent, 12_000)
  await visitor.button('Turn camera off').click()
  await agent.picture('Camera of').waitFor({ state: 'detached' })
  await passes(agent, 1_500)
  await visitor.button('Turn camera on').click()
  await sees(agent, 'Camera of')
  await passes(agent, 4_000)
  await agent.button('Hang up').click()
  await say(agent, 'Good bye.')
  await visitor.text('Good bye.').waitFor()
  // Ended some seconds later, so that it can be taken back.
  await agent.button('End conversation').click()
}

beforeAll(async () => {
  stage = await openStage({ TRANSCRIBER_URL: scriptedEngine })
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [shop, desk] = processes
  const visitor = await openShop(shop.browser, stage.stack)
  const agent = await openDesk(desk.browser, stage.stack, 'Sara')
  await talk(visitor, agent)
  await visitor.context.close()
  sara = agent
  const kian = await openDesk(desk.browser, stage.stack, 'Kian')
  page = kian.page
  await page.addInitScript(keepSounds)
  page.on('response', async (answer) => {
    if (!/\/api\/replay\/[0-9a-f-]{36}$/.test(answer.url()) || !answer.ok()) return
    const { calls } = (await answer.json()) as ReplayData
    indexes = calls.flatMap(({ recording }) => (recording ? [recording.index] : []))
  })
  const [row] = await stage.rows<{ id: string }>('select id from conversation')
  id = row?.id ?? ''
  await open('')
}, 240_000)
afterAll(async () => {
  await Promise.all((processes ?? []).map((one) => one.close()))
  await stage?.stop()
}, 90_000)

async function open(query: string): Promise<void> {
  await page.goto(`${stage.stack.url}/desk/replay/${id}${query}`)
  await page.getByRole('img', { name: 'Visitor’s voice', exact: true }).waitFor({ timeout: 60_000 })
}

/** By the address that a moment has: seconds of the conversation, which are not those of the axis where nothing was said for long. */
async function openAt(second: number): Promise<void> {
  const before = await page.evaluate(() => location.search)
  await seek().fill(String(second))
  // The address comes along with sound and pictures, at a bounded pace.
  await page.waitForFunction((was) => location.search !== was, before)
  await open(await page.evaluate(() => location.search))
}

/** The visitor's, one after the other: it was turned off in between. */
const cameras = () =>
  indexes.flatMap(({ startMs, video }) =>
    video
      .filter(({ role, source }) => role === 'visitor' && source === 'cam')
      .map((one) => ({ ...one, from: startMs + one.start, to: startMs + one.start + one.durationMs })),
  )

/** Seconds from the sound's first sample to the picture's first frame, by the recording's own index. */
function pictureBegins(): number {
  const [index] = indexes
  const [cam] = cameras()
  if (!index?.audio || !cam) throw new Error('the visitor’s camera is not in the recording')
  return (cam.start - index.audio.start) / 1_000
}

const button = (name: string) => page.getByRole('button', { name, exact: true })
const seek = () => page.getByRole('slider', { name: 'Seek' })
const seconds = async () => Number(await seek().inputValue())
const transcript = () => page.getByRole('log')

/** Moves to just before the words, of which the thread then knows nothing. */
async function before(text: string): Promise<void> {
  await page.getByRole('checkbox', { name: 'Show what comes later' }).check()
  await transcript()
    .locator('.bubble', { hasText: text })
    .getByRole('button', { name: /^Go to/ })
    .click()
  await page.getByRole('checkbox', { name: 'Show what comes later' }).uncheck()
  await transcript().getByText(text).waitFor({ state: 'detached' })
}

type Measured = { worst: number; frames: number }

/** The distance of picture and sound that 95 of 100 moments keep, ms; the first second after a start is not counted. */
const inStep = (forMs: number): Promise<Measured> =>
  page.evaluate(
    async ({ length, begins }) => {
      const sound = window.sounds?.at(-1)
      const video = document.querySelector<HTMLVideoElement>('figure:not([hidden]) video')
      if (!sound || !video) throw new Error('nothing to measure')
      const from = performance.now()
      const ahead: number[] = []
      while (performance.now() - from < length) {
        await new Promise(requestAnimationFrame)
        if (video.seeking || performance.now() - from < 1_000) continue
        ahead.push(Math.abs(video.currentTime + begins - sound.currentTime))
      }
      ahead.sort((a, b) => a - b)
      return { worst: (ahead[Math.floor(ahead.length * 0.95)] ?? 0) * 1_000, frames: ahead.length }
    },
    { length: forMs, begins: pictureBegins() },
  )

/** The page anew, its position in the visitor's picture, of which nothing arrives before `release`. */
async function pictureWithheld(speed: string): Promise<{ release(): Promise<void> }> {
  const [video] = cameras()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const asked = `**/${video?.file}`
  await page.route(asked, async (route) => {
    await released
    await route.continue()
  })
  const request = page.waitForRequest(asked)
  await open('?t=0')
  await page.getByRole('combobox', { name: 'Speed' }).selectOption(speed)
  await before('Said while we talk.')
  await request
  return {
    async release() {
      release()
      await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) > 1)
      await page.unroute(asked)
    },
  }
}

type Answered = 'notYet' | 'unavailable' | 'well'

const soundFile = () => {
  const [audio] = indexes.flatMap((index) => index.audio ?? [])
  if (!audio) throw new Error('nobody was heard')
  return audio
}

/** What is asked of the sound from that share of its bytes on is answered so, until that is changed. */
async function soundFrom(share: number, first: Answered): Promise<(how: Answered) => void> {
  let how = first
  let wake: (() => void)[] = []
  const { file, bytes } = soundFile()
  await page.route(`**/${file}`, async (route) => {
    const [, to = bytes] = /bytes=\d+-(\d+)/.exec(route.request().headers()['range'] ?? '') ?? []
    if (Number(to) < bytes * share) return route.continue()
    if (how === 'notYet') await new Promise<void>((resolve) => wake.push(resolve))
    return how === 'well' ? route.continue() : route.fulfill({ status: 503 })
  })
  return (next) => {
    how = next
    for (const one of wake) one()
    wake = []
  }
}

type Range = { from: number; to: number }

/** What has been asked of the sound since, in bytes; of what has no end all is meant that follows. */
function noteSoundAsked(): Range[] {
  const asked: Range[] = []
  page.on('request', (request) => {
    if (!request.url().endsWith(`/${soundFile().file}`)) return
    const [, from, to] = /^bytes=(\d+)-(\d+)?$/.exec(request.headers()['range'] ?? '') ?? []
    asked.push({ from: Number(from), to: to === undefined ? Infinity : Number(to) + 1 })
  })
  return asked
}

/** Notes at each of the page's pictures whether sound goes on and a picture is there. */
const noteFrames = () =>
  page.evaluate(() => {
    const sound = window.sounds?.at(-1)
    const all: NonNullable<typeof window.noted> = []
    window.noted = all
    let last = sound?.currentTime ?? 0
    const note = () => {
      const video = document.querySelector<HTMLVideoElement>('figure:not([hidden]) video')
      const shows = video !== null && video.readyState > 1 && !video.seeking
      const now = sound?.currentTime ?? 0
      all.push({ at: performance.now(), shows, sounds: now > last })
      last = now
      if (window.noted === all) requestAnimationFrame(note)
    }
    note()
  })
const noted = () => page.evaluate(() => window.noted ?? [])
const heardAlone = async () => (await noted()).filter(({ sounds, shows }) => sounds && !shows).length

describe('a replay', () => {
  it('shows the conversation as it was: nothing of what comes later', async () => {
    expect(await seconds()).toBe(0)
    expect(await transcript().getByText('Good bye.').count()).toBe(0)
    await seek().press('End')
    await transcript().getByText('Good bye.').waitFor()
  }, 90_000)

  it('has a lane for each kind of what there is, by its name, and none for what there is not', async () => {
    const lane = (name: string) => page.getByRole('img', { name: new RegExp(`^${name}: [1-9]`) })
    for (const name of ['Messages', 'Events', 'Cameras']) await lane(name).waitFor()
    for (const name of ['Screens', 'Notes', 'Not recorded', 'Finds', 'Comments'])
      expect(await lane(name).count()).toBe(0)
    const before = page.viewportSize() ?? { width: 1280, height: 720 }
    await page.setViewportSize({ width: 390, height: 844 })
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)
    expect(await fits()).toBe(true)
    await lane('Messages').waitFor()
    await page.setViewportSize(before)
  }, 90_000)

  it('goes to a message, plays, and points it out at its time', async () => {
    await before('Said while we talk.')
    const started = performance.now()
    await button('Play').click()
    await transcript().locator('.bubble.highlighted', { hasText: 'Said while we talk.' }).waitFor()
    // It starts half a second before the words.
    expect(performance.now() - started).toBeLessThan(500 + HIGHLIGHT_MS)
    await button('Pause').click()
  }, 90_000)

  it('shows the line that one jumps to among later ones, wherever in the thread one was', async () => {
    const before = page.viewportSize() ?? { width: 1280, height: 720 }
    await page.setViewportSize({ width: 900, height: 600 })
    const later = page.getByRole('checkbox', { name: 'Show what comes later' })
    await later.check()
    await transcript().evaluate((box) => box.scrollTo(0, 0))
    await seek().press('End')
    const shown = () =>
      page.evaluate(() => {
        const [box, line] = ['[role="log"]', '.bubble.highlighted'].map((one) =>
          document.querySelector(one)?.getBoundingClientRect(),
        )
        return box && line && line.top >= box.top && line.bottom <= box.bottom
      })
    await eventually('the last line is in view', shown, 5_000)
    expect(await transcript().evaluate((box) => box.scrollTop)).toBeGreaterThan(0)
    await later.uncheck()
    await page.setViewportSize(before)
  }, 90_000)

  it.each(['1', '2'])(
    'keeps the picture in step with the sound at %s×',
    async (speed) => {
      await before('Said while we talk.')
      await page.getByRole('combobox', { name: 'Speed' }).selectOption(speed)
      await button('Play').click()
      await page.locator('figure:not([hidden]) video').waitFor()
      const { worst, frames } = await inStep(4_000)
      expect(frames).toBeGreaterThan(20)
      expect(worst).toBeLessThan(IN_STEP_MS)
      await button('Pause').click()
    },
    90_000,
  )

  it.each(['0.5', '1', '4'])(
    'lets nothing be heard before the picture is there, at %s×',
    async (speed) => {
      const { release } = await pictureWithheld(speed)
      await noteFrames()
      await button('Play').click()
      await page.getByText('Still loading: Visitor’s camera').waitFor()
      await button('Pause').waitFor()
      await page.waitForFunction(() => (window.noted?.length ?? 0) > 20)
      expect(await heardAlone()).toBe(0)
      expect((await noted()).filter(({ sounds }) => sounds)).toEqual([])
      await release()
      await page.waitForFunction(() => window.noted?.some(({ sounds }) => sounds))
      // Later a slow machine's picture may be put in step anew.
      expect((await noted()).find(({ sounds }) => sounds)).toMatchObject({ shows: true })
      await button('Pause').click()
    },
    90_000,
  )

  it('waits three seconds at most for a picture, and says that it is still on its way until it is there', async () => {
    const { release } = await pictureWithheld('1')
    await noteFrames()
    await button('Play').click()
    await page.waitForFunction(() => window.noted?.some(({ sounds }) => sounds))
    const all = await noted()
    const waited = (all.find(({ sounds }) => sounds)?.at ?? 0) - (all[0]?.at ?? 0)
    expect(waited).toBeGreaterThan(2_500)
    await page.getByText('Still loading: Visitor’s camera').waitFor()
    await release()
    await page.getByText('Still loading: Visitor’s camera').waitFor({ state: 'detached' })
    await page.waitForFunction(() => window.noted?.at(-1)?.shows)
    await button('Pause').click()
  }, 90_000)

  it('goes on where it was after requests for its sound have failed, and can be told to try again', async () => {
    const heard = () => page.evaluate(() => window.sounds?.at(-1)?.currentTime ?? 0)
    const hearsBeyond = (second: number) =>
      page.waitForFunction((there) => (window.sounds?.at(-1)?.currentTime ?? 0) > there, second)
    const loading = page.getByText('Still loading: sound')
    const answer = await soundFrom(0.5, 'notYet')
    await open('?t=0')
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('1')
    await before('Said while we talk.')
    await button('Play').click()
    await hearsBeyond(0.5)
    answer('unavailable')
    await loading.waitFor()
    const at = await seconds()
    await button('Pause').waitFor()
    answer('well')
    await loading.waitFor({ state: 'detached' })
    await button('Pause').waitFor()
    expect(await seconds()).toBeLessThanOrEqual(at + 2)
    await hearsBeyond((await heard()) + 1)
    await page.unroute(`**/${soundFile().file}`)

    const lost = page.getByRole('alert').filter({ hasText: 'Could not be loaded: sound.' })
    const again = await soundFrom(0, 'unavailable')
    await page.reload()
    await lost.waitFor({ timeout: 60_000 })
    again('well')
    await lost.getByRole('button', { name: 'Try again' }).click()
    await lost.waitFor({ state: 'detached' })
    await button('Play').click()
    await hearsBeyond((await heard()) + 1)
    await button('Pause').click()
    await page.unroute(`**/${soundFile().file}`)
  }, 120_000)

  it('asks for the bytes of its sound that a seek needs, and for none that it has', async () => {
    const asked = noteSoundAsked()
    await open('?t=0')
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('1')
    await before('Said while we talk.')
    const heard = () => page.evaluate(() => window.sounds?.at(-1)?.currentTime ?? 0)
    const begins = Math.ceil((await seconds()) - (await heard()))
    await button('Play').click()
    const [early, late] = [begins + 1, begins + Math.floor(soundFile().durationMs / 1_000) - 5]
    const goes = async (second: number) => {
      asked.length = 0
      await seek().fill(String(second))
      // A page that is late has not gone there yet: what is heard then is where it was, which early in the file comes only by playing.
      const there = ({ middle, isLate }: { middle: number; isLate: boolean }) => {
        const sound = window.sounds?.at(-1)
        return sound && !sound.seeking && sound.currentTime > middle === isLate
      }
      await page.waitForFunction(there, { middle: (early + late) / 2 - begins, isLate: second === late })
      const moved = (from: number) => {
        const sound = window.sounds?.at(-1)
        return sound && !sound.seeking && !sound.paused && sound.currentTime > from
      }
      await page.waitForFunction(moved, await heard())
      return [...asked]
    }
    const all = [await goes(late), await goes(early), await goes(late)]
    await button('Pause').click()
    expect(all.flat().length).toBeGreaterThan(0)
    for (const parts of all) {
      expect(parts.length).toBeLessThanOrEqual(2)
      expect(parts.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThan(63_000)
    }
    expect(all.at(-1)).toEqual([])
  }, 90_000)

  it('keeps a picture in its window while the same camera goes on, says when it is off, and closes it when it has ended', async () => {
    const [first, second] = cameras()
    if (!first || !second) throw new Error('the camera was not turned on twice')
    const out = () => page.evaluate(() => document.pictureInPictureElement !== null)
    await open(`?at=${Math.round(first.to - 2_500)}`)
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('1')
    await button('Visitor’s camera in its own window').click()
    await page.waitForFunction(() => document.pictureInPictureElement !== null)
    await page.evaluate(() => {
      window.left = 0
      document.pictureInPictureElement?.addEventListener('leavepictureinpicture', () => {
        window.left = (window.left ?? 0) + 1
      })
    })
    await button('Play').click()
    await page.waitForFunction(() => {
      const video = document.pictureInPictureElement as HTMLVideoElement | null
      return video?.srcObject && video.videoWidth > 0 && !video.closest('figure')?.checkVisibility()
    })
    await page.waitForFunction((id) => {
      const video = document.pictureInPictureElement as HTMLVideoElement | null
      const is = video?.closest('figure')?.dataset['picture'] === id
      return is && !video.srcObject && video.currentTime > 0.3
    }, second.segmentId)
    expect(await page.evaluate(() => window.left)).toBe(0)
    // The window's own buttons.
    const press = (what: 'play' | 'pause') =>
      page.evaluate(async (wanted) => {
        const video = document.pictureInPictureElement as HTMLVideoElement | null
        await video?.[wanted]()
      }, what)
    await press('pause')
    await button('Play').waitFor()
    await press('play')
    await button('Pause').waitFor()
    // Back to where it is off, and to the first one.
    await seek().press('Home')
    expect(await out()).toBe(true)
    await before('Said while we talk.')
    await page.waitForFunction((id) => {
      const video = document.pictureInPictureElement as HTMLVideoElement | null
      return video?.closest('figure')?.dataset['picture'] === id && video.currentTime > 0.3
    }, first.segmentId)
    await seek().press('End')
    await page.waitForFunction(() => document.pictureInPictureElement === null)
    await button('Play').waitFor()
  }, 90_000)

  it('goes back and forward by five seconds, and by keys', async () => {
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('1')
    await seek().fill('8')
    await button('Back 5 seconds').click()
    expect(await seconds()).toBe(3)
    await button('Forward 5 seconds').click()
    expect(await seconds()).toBe(8)
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('ArrowLeft')
    expect(await seconds()).toBe(3)
    await page.keyboard.press('l')
    expect(await seconds()).toBe(13)
    await page.keyboard.press('Space')
    await button('Pause').waitFor()
    await page.keyboard.press('k')
    await button('Play').waitFor()
  }, 90_000)

  it('keeps the moment in the address, for a colleague to open', async () => {
    await openAt(7)
    expect(await seconds()).toBe(7)
  }, 90_000)

  it('asks for its pictures before the words are drawn: an hour of them takes long', async () => {
    await before('Said while we talk.')
    const [first] = cameras()
    if (!first) throw new Error('the visitor’s camera is not in the recording')
    await page.addInitScript(noteFirst)
    await open(`?at=${Math.round(first.from + 4_000)}`)
    await page.locator('figure:not([hidden]) video').first().waitFor()
    await transcript().waitFor()
    expect(await page.evaluate(() => window.wordsFirst)).toBe(false)
  }, 90_000)

  it('is asked for while the desk’s own code is still on its way', async () => {
    const MAIN = '**/assets/desk/desk-*.js'
    const come: (() => void)[] = []
    await page.route(MAIN, async (route) => {
      await new Promise<void>((resolve) => come.push(resolve))
      await route.continue()
    })
    const asked = page.waitForResponse(`**/api/replay/${id}`)
    const opened = open('')
    expect((await asked).ok()).toBe(true)
    expect(come).toHaveLength(1)
    for (const one of come) one()
    await opened
    await page.unroute(MAIN)
  }, 90_000)

  it('is noted each time, and open to no agent whom no rule lets', async () => {
    const [desk] = processes.slice(1) as [Process]
    const amir = await openDesk(desk.browser, stage.stack, 'Amir')
    await amir.page.goto(`${stage.stack.url}/desk/replay/${id}`)
    await amir.page.getByRole('alert').getByText('This conversation is not there, or not for you.').waitFor()
    await amir.context.close()
    const deeds = await stage.rows<{ action: string; facts: string | null }>(
      `select action, facts from audit_entry where subject_id = '${id}' order by at`,
    )
    expect(deeds.filter(({ action }) => action === 'viewed').length).toBeGreaterThanOrEqual(2)
    const played = deeds.flatMap(({ action, facts }) =>
      action === 'played' ? [JSON.parse(facts ?? '')] : [],
    )
    const spans = played.flatMap((one: { spans: { from: number; to: number }[] }) => one.spans)
    expect(Math.max(...spans.map(({ from, to }) => to - from))).toBeGreaterThan(1_000)
  }, 90_000)
})

describe('a review beside the replay', () => {
  it('is begun, kept as a draft over a reload, handed in, and disputed by its agent', async () => {
    await publish(stage, serviceCard())
    await openAt(5)
    const review = page.getByRole('region', { name: 'Review', exact: true })
    const asked = (name: string) => review.getByRole('group', { name })
    await button('Review').click()
    await review.getByRole('combobox', { name: 'Scorecard' }).selectOption('Service')
    await button('Start review').click()
    await asked('Question 1').getByRole('radio', { name: 'Yes' }).check()
    await asked('Question 1').getByRole('button', { name: 'Comment at this moment' }).click()
    await review.getByRole('textbox', { name: /^Comment at/ }).fill('Friendly')
    await button('Add comment').click()
    await button('Repeat from here').click()
    await seek().fill('8')
    await button('Repeat up to here').click()
    await asked('Question 2').getByRole('button', { name: 'Flag the repeated part' }).click()
    await asked('Question 2').getByText('Flagged').waitFor()
    await button('Stop repeating').click()
    const [part] = await stage.rows<{ ms: number }>(
      `select extract(epoch from until - at)::float8 * 1000 as ms from assessment_mark where kind = 'flag'`,
    )
    expect(part?.ms).toBeCloseTo(3_000, -2)
    // By itself, soon after the last change.
    await review.getByText('Saved', { exact: true }).waitFor()

    await open('?t=0')
    await button('Review').click()
    expect(await asked('Question 1').getByRole('radio', { name: 'Yes' }).isChecked()).toBe(true)
    // What would be lost is asked for once more.
    await button('Discard review').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await review.getByText('Friendly').locator('..').getByRole('button').first().click()
    expect(await seconds()).toBe(5)
    await button('Submit review').click()
    await review.getByText('It needs an answer.').first().waitFor()
    await asked('Question 2').getByRole('radio', { name: '4' }).check()
    await asked('Question 3').getByRole('radio', { name: 'Does not apply' }).check()
    await button('Submit review').click()
    await review.getByRole('region', { name: 'History' }).waitFor()

    await sara.page.getByRole('link', { name: 'Reviews' }).click()
    await sara.page.getByRole('button', { name: /Service/ }).click()
    await sara.text('Friendly').waitFor()
    await sara.button('Dispute').click()
    await sara.field('What do you see differently?').fill('I was clearer than that')
    await sara.button('Dispute').click()
    await sara.text('I was clearer than that').waitFor()
    // Her words stand in the field before they are sent.
    await eventually('it is disputed', async () => {
      const [row] = await stage.rows<{ state: string }>('select state from assessment')
      return row?.state === 'disputed'
    })

    const vera = await openDesk(processes[1].browser, stage.stack, 'Vera')
    const [row] = await stage.rows<{ id: string }>('select id from assessment')
    await vera.page.goto(`${stage.stack.url}/desk/replay/${id}?review=${row?.id}`)
    const decision = vera.page.getByRole('form', { name: 'Decision' })
    await decision.getByRole('radio', { name: 'Change the answers' }).check()
    await decision.getByRole('group', { name: 'Question 2' }).getByRole('radio', { name: '5' }).check()
    await decision.getByRole('textbox', { name: 'Reason' }).fill('Heard again')
    await decision.getByRole('button', { name: 'Decide' }).click()
    const changed = vera.page.getByRole('list', { name: 'Changed answers' })
    await changed.waitFor()
    expect(await changed.getByRole('listitem').allInnerTexts()).toEqual(['Question 2: 4, now 5'])
    await vera.context.close()
  }, 90_000)
})

describe('the review desk', () => {
  beforeAll(async () => {
    await writeDown(stage.stack)
    await hasEnded(stage, id)
    await letAgentsHear(stage)
  }, 90_000)

  describe.each(LOCALES)('in the language %s', (locale) => {
    const step = journey()
    const [name, comment] = [`By card ${locale}`, `Friendly ${locale}`]
    let reviewer: Reader
    let agent: Reader
    beforeAll(async () => {
      await publish(stage, { ...card([[1, [question(1)]]]), name, passAt: null })
      reviewer = await reads(page, stage.stack.url, locale)
      agent = await reads(sara.page, stage.stack.url, locale)
    })

    step('finds the line that was looked for', () => finds(reviewer, 'said while we', id))
    step('replays it from there', () => replays(reviewer))
    step('reads what was said, and sets it right', () => setsRight(reviewer, `Set right in ${locale}`))
    step('judges, and its agent hears what is meant', async () => {
      await opens(reviewer, id, '?t=12')
      await judges(reviewer, name, comment)
      await hearsTheirReview(agent, name, comment)
    })
    step('shares it as a file and as a link', () => shares(reviewer, (processes[0] as Process).browser))
  })
})
