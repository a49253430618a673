/** A replay of an hour: opened, sought in, and followed to its end, beside one plain file in a bare player. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { createLink } from '../server/agent/person.service.ts'
import { startProcess } from '../server/journeys/testing/people.ts'
import { installReplayMeter } from '../server/journeys/testing/replay-meter.ts'
import { type Database, openDatabase } from '../server/storage/database.ts'
import { clientBuild } from '../scripts/setup/client.ts'
import { createConsole, runSteps } from '../scripts/setup/step.ts'
import { type Bench, count } from './lib/bench.ts'
import { type BenchServer, startDatabase, startServer } from './lib/house.ts'
import { memoryBytes } from './lib/proc.ts'
import { codeLoop, LOOP_S } from './replay/coded-loop.ts'
import { COUNTING, type Counts, takeCounts } from './replay/counted.ts'
import { pageMemory, type Place, watchAt } from './replay/drift.ts'
import { type Ground, recordPlain, recordTalk, recordVoice, store, type Talk } from './replay/long-talk.ts'
import {
  type Address,
  barePlayer,
  type Meter,
  type Player,
  productPlayer,
  type Sought,
} from './replay/players.ts'
import { report } from './replay/report.ts'
import type { Found, Opening, Seek, Way } from './replay/words.ts'

/** What one side's largest camera picture is sent with at most. */
const PICTURE_BITS = 1_400_000
const BLOCKS = 5
const OPENED_AT_S = 90
/** Each opening goes to another place between two keyframes, of which how long it takes depends. */
const OPENED_STEP_S = 0.7
/** Of what was written this was about then. */
const OPENED_BY = '6'
/** Between two seeks it plays. */
const REST_MS = 200
/** Of the product's seeks one in so many is also the reference's. */
const REFERENCE_EVERY = 4
/** So near to its end it is watched last, while it still goes on. */
const LAST_MINUTE = 0.25
const [PHONE_TIMES, PHONE_SEEKS] = [3, 15]
/** A phone of the middle: a quarter of this machine's speed, and a mobile network. */
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }
const PHONE_CPU = 4
const PHONE_NET = { offline: false, latency: 40, downloadThroughput: 20e6 / 8, uploadThroughput: 5e6 / 8 }

type Settings = { minutes: number; openings: number; seeks: number }
/** The product's page is alone in one, so that its memory can be told. */
type Browsers = { product: Browser; other: Browser }
type House = { server: BenchServer; url: string; db: Database; dataDir: string; ground: Ground }

export const replay: Bench = {
  about: 'an hour of video in the desk: opening, seeking, drift, beside one plain file in a bare player',
  options: { minutes: { type: 'string' }, openings: { type: 'string' }, seeks: { type: 'string' } },
  async run(options, say) {
    const settings = {
      minutes: count(options, 'minutes', 60),
      openings: count(options, 'openings', 10),
      seeks: count(options, 'seeks', 200),
    }
    await runSteps([clientBuild()], createConsole(process.stdout))
    const made: (() => unknown)[] = []
    try {
      const house = await openHouse(made)
      const started = await Promise.all([startProcess('agent'), startProcess('visitor')])
      made.push(...started.map((one) => one.close))
      const [product, other] = started.map(({ browser }) => browser) as [Browser, Browser]
      return report(await measure({ product, other }, house, settings, say))
    } finally {
      for (const end of made.reverse()) await end()
    }
  },
}

async function openHouse(made: (() => unknown)[]): Promise<House> {
  const database = await startDatabase()
  made.push(database.stop)
  const server = await startServer(database, COUNTING)
  made.push(server.stop)
  const db = openDatabase(database.url, () => undefined, 4)
  made.push(() => db.destroy())
  const [site, agent] = await Promise.all([
    db.selectFrom('site').select('id').executeTakeFirstOrThrow(),
    db.selectFrom('person').select(['id', 'name']).where('name', '=', 'Sara').executeTakeFirstOrThrow(),
  ])
  const url = server.url.replace('127.0.0.1', 'localhost')
  return { server, url, db, dataDir: database.paths.dataDir, ground: { db, siteId: site.id, agent } }
}

async function measure(
  browsers: Browsers,
  house: House,
  settings: Settings,
  say: (text: string) => void,
): Promise<Found> {
  const { dataDir, ground, url, server } = house
  const loop = await codeLoop(browsers.other, PICTURE_BITS)
  say('coded')
  const talk = await recordTalk(dataDir, loop, settings.minutes)
  const plain = await recordPlain(dataDir, talk)
  const spoken = await recordVoice(dataDir, talk)
  for (const one of [talk, plain, spoken]) await store(ground, one)
  say(`${settings.minutes} minutes are recorded, finalised and sealed`)
  // A little after the call has begun: there are pictures then.
  const addressesOf = ({ conversationId }: Talk) => {
    let number = 0
    return () =>
      `${url}/desk/replay/${conversationId}?t=${(OPENED_AT_S + ((number++ * OPENED_STEP_S) % LOOP_S)).toFixed(1)}`
  }
  const address = addressesOf(talk)
  const src = `/api/replay/${plain.conversationId}/media/${plain.callId}/${plain.file}`
  const page = await signIn(browsers.product, house)
  const players = {
    parley: await productPlayer(page, address),
    bare: await barePlayer(await signIn(browsers.other, house), url, src),
  }
  const openings = await openAll(players, server, settings.openings, say)
  openings.push(...(await openFound(players.parley, house, talk, settings.openings, say)))
  await players.parley.open()
  const opened = await pageMemory(browsers.product, memoryOf)
  const seeks = await seekAll(players, server, settings, say)
  const sought = await pageMemory(browsers.product, memoryOf)
  await page.close()
  const places = await follow(await signIn(browsers.product, house), address, talk, say)
  const ended = await pageMemory(browsers.product, memoryOf)
  const voice = await onlyHeard(await signIn(browsers.other, house), addressesOf(spoken), server, {
    settings,
    say,
  })
  openings.push(...voice.openings)
  const phone = await onPhone(await phonePage(browsers.other, house), address, server, { settings, say })
  openings.push(...phone.openings)
  return {
    talk,
    openings,
    seeks,
    voice: voice.seeks,
    phone: phone.seeks,
    places,
    memory: { opened, sought, ended },
  }
}

const memoryOf = (pid: number) => memoryBytes(pid, 'Pss')

async function signIn(browser: Browser, house: House, how: BrowserContextOptions = {}): Promise<Page> {
  const { db, url } = house
  const { id } = await db
    .selectFrom('person')
    .select('id')
    .where('name', '=', 'Kian')
    .executeTakeFirstOrThrow()
  const link = await createLink(db, { now: () => new Date(), config: { publicUrl: url } }, id)
  const context = await browser.newContext({
    viewport: { width: 1_440, height: 900 },
    locale: 'en-GB',
    ...how,
  })
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation').first().waitFor()
  return page
}

/** In pages as of a fresh browser: what is remembered of earlier openings is forgotten, and what still played or read on is over. */
async function forget(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await page.goto('about:blank')
    const session = await page.context().newCDPSession(page)
    await session.send('Network.clearBrowserCache')
    await session.detach()
  }
}

async function openAll(
  players: Record<Way, Player>,
  server: BenchServer,
  openings: number,
  say: (text: string) => void,
): Promise<Opening[]> {
  const found: Opening[] = []
  for (let number = 0; number <= openings; number++) {
    for (const way of inTurn(number)) {
      await forget(players.parley.page, players.bare.page)
      await takeCounts(server)
      const opened = await players[way].open()
      // The first warms everything up.
      if (number > 0) found.push({ ...opened, way, counts: await takeCounts(server) })
      await players[way].play(false)
    }
  }
  for (const player of Object.values(players)) await player.open()
  say(`opened ${openings} times each`)
  return found
}

/** As who looks for a word and goes to where it was written. */
async function openFound(
  player: Player,
  { server, url }: House,
  { conversationId }: Talk,
  openings: number,
  say: (text: string) => void,
): Promise<Opening[]> {
  const { page } = player
  const link = `a.finder-line[href^="/desk/replay/${conversationId}?"]`
  const found: Opening[] = []
  for (let number = 0; number <= openings; number++) {
    await forget(page)
    await page.goto(`${url}/desk/replay`)
    await page.getByRole('search').getByRole('textbox').fill(OPENED_BY)
    await page.keyboard.press('Enter')
    await page.locator(link).first().waitFor()
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.includes('/replay-page')),
    )
    await takeCounts(server)
    const opened = await player.follow(link)
    if (number > 0) found.push({ ...opened, way: 'found', counts: await takeCounts(server) })
    await player.play(false)
  }
  say(`opened ${openings} times from what was found`)
  return found
}

/** Not so near to the end that nothing would follow. */
const someSeconds = (many: number, minutes: number): number[] =>
  Array.from({ length: many }, () => 5 + Math.random() * (minutes * 60 - 25))

const inTurn = (number: number): Way[] => (number % 2 === 0 ? ['bare', 'parley'] : ['parley', 'bare'])

async function seekAll(
  players: Record<Way, Player>,
  server: BenchServer,
  { seeks, minutes }: Settings,
  say: (text: string) => void,
): Promise<Seek[]> {
  const found: Seek[] = []
  for (let block = 0; block < BLOCKS; block++) {
    const seconds = someSeconds(Math.ceil(seeks / BLOCKS), minutes)
    for (const way of inTurn(block)) {
      const own = seconds.filter((_, index) => way === 'parley' || index % REFERENCE_EVERY === 0)
      found.push(...(await seekThrough(players[way], way, server, own)))
    }
    say(`${found.length} seeks`)
  }
  return found
}

async function seekThrough<W>(player: Player, way: W, server: BenchServer, seconds: number[]) {
  const found: (Sought & Meter & { way: W; second: number; until: Counts; after: Counts })[] = []
  await player.play(true)
  await delay(REST_MS)
  for (const second of seconds) {
    await takeCounts(server)
    const sought = await player.seek(second)
    const until = await takeCounts(server)
    await delay(REST_MS)
    found.push({ ...sought, way, second, until, after: await takeCounts(server) })
  }
  await player.play(false)
  return found
}

async function phonePage(browser: Browser, house: House): Promise<Page> {
  const page = await signIn(browser, house, PHONE)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', PHONE_NET)
  await session.send('Emulation.setCPUThrottlingRate', { rate: PHONE_CPU })
  return page
}

type Told = { settings: Settings; say: (text: string) => void }

async function onlyHeard(page: Page, address: Address, server: BenchServer, { settings, say }: Told) {
  const player = await productPlayer(page, address, { pictures: 0 })
  await forget(page)
  await takeCounts(server)
  const openings: Opening[] = [{ ...(await player.open()), way: 'voice', counts: await takeCounts(server) }]
  await player.play(false)
  const seconds = someSeconds(settings.seeks, settings.minutes)
  const seeks = await seekThrough(player, 'voice' as const, server, seconds)
  await page.context().close()
  say('without pictures')
  return { openings, seeks }
}

async function onPhone(page: Page, address: Address, server: BenchServer, { settings, say }: Told) {
  const player = await productPlayer(page, address)
  const openings: Opening[] = []
  for (let number = 0; number < PHONE_TIMES; number++) {
    await forget(page)
    await takeCounts(server)
    openings.push({ ...(await player.open()), way: 'phone', counts: await takeCounts(server) })
    await player.play(false)
  }
  const seconds = someSeconds(PHONE_SEEKS, settings.minutes)
  const seeks = await seekThrough(player, 'phone' as const, server, seconds)
  await page.context().close()
  say('on a phone')
  return { openings, seeks }
}

async function follow(
  page: Page,
  address: Address,
  talk: Talk,
  say: (text: string) => void,
): Promise<Place[]> {
  await installReplayMeter(page)
  const player = await productPlayer(page, address, { metered: true })
  await player.open()
  await player.play(false)
  const places: Place[] = []
  const last = talk.minutes - LAST_MINUTE
  for (const minute of [0.2, last / 3, (last * 2) / 3, last]) places.push(await watchAt(player, talk, minute))
  places.push(await watchAt(player, talk, 0.9 * talk.minutes, 4))
  say('followed to the end')
  return places
}
