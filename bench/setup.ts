/** From the agent's click on `Accept` to the visitor's voice in the agent's ear, beside mediasoup's textbook flow. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { buildPage } from '../client/media/testing/browsers.ts'
import { installEar } from '../server/journeys/testing/ear.ts'
import { openDesk, openShop, type Person, startProcess } from '../server/journeys/testing/people.ts'
import { beginChat } from '../server/journeys/testing/talk.ts'
import { voices } from '../client/media/testing/voices.ts'
import { ensureMediaWorker } from '../scripts/setup/media-worker.ts'
import { createConsole } from '../scripts/setup/step.ts'
import { freePort, type Stack, startStack } from '../scripts/test-env.ts'
import { type Bench, count } from './lib/bench.ts'
import { openDelayProxy } from './lib/delay-proxy.ts'
import { atLeast, atMost, type Report } from './lib/report.ts'
import { median, percentile, spread } from './lib/stats.ts'
import { type FirstSound, firstFrame, firstSound, noteClicks } from './setup/first-sound.ts'
import { startTextbook } from './setup/textbook-server.ts'

const ROUND_TRIPS = [0, 50, 150]
const STARVED_MS = 50
/** Nobody answers faster than this: what is prepared while it rings has been prepared by then. */
const RINGS_MS = 1_500

/** `offered`: a stranger's call, offered from the queue. */
type Way = 'parley' | 'textbook' | 'offered' | 'video'
type Call = FirstSound & { way: Way; roundTrip: number }
/** What each visitor has agreed to: they are asked once. */
const agreements = new WeakMap<Person, Set<string>>()
/** One call from ringing to hanging up; answers what the agent's ear says. */
type Caller = () => Promise<FirstSound>

export const setup: Bench = {
  about: 'agent’s accept → first remote sound in Chromium, beside mediasoup’s textbook flow',
  options: { calls: { type: 'string' }, offered: { type: 'string' } },
  async run(options, say) {
    const calls = count(options, 'calls', 5)
    // A stranger's call takes three times as long as one in a running conversation.
    const offered = count(options, 'offered', calls)
    process.env.MEDIASOUP_WORKER_BIN = await ensureMediaWorker(process.env, createConsole(process.stdout))
    const made: (() => unknown)[] = []
    try {
      const browsers = await Promise.all([
        startProcess('visitor', { camera: null }),
        startProcess('agent', { camera: null }),
      ])
      made.push(...browsers.map((one) => one.close))
      const [near, far] = browsers.map(({ browser }) => browser) as [Browser, Browser]
      const product = await openProduct(near, far, made)
      const textbook = await openTextbook(near, far, made)
      say('two browsers, the product and the textbook page are up')
      return report(await allCalls({ ...product, textbook }, { calls, offered }, say))
    } finally {
      for (const end of made.reverse()) await end()
    }
  },
}

type Line = { call: Caller; setRoundTrip(ms: number): void }

async function openProduct(
  near: Browser,
  far: Browser,
  made: (() => unknown)[],
): Promise<Record<'parley' | 'offered' | 'video', Line>> {
  const port = await freePort()
  const proxy = await openDelayProxy(() => port)
  made.push(proxy.close)
  const stack = await startStack({ port, env: { PUBLIC_URL: `http://localhost:${proxy.port}` } })
  made.push(stack.stop)
  const visitor = await openShop(near, stack)
  const agent = await openDesk(far, stack, 'Sara')
  // A click before the desk is connected is refused.
  await agent.page.waitForLoadState('networkidle')
  await agent.page.evaluate(noteClicks)
  await beginChat(visitor, agent)
  const { setRoundTrip } = proxy
  return {
    parley: { call: () => productCall(visitor, agent), setRoundTrip },
    video: { call: () => productCall(visitor, agent, 'Video call'), setRoundTrip },
    offered: { call: () => offeredCall(near, stack, agent), setRoundTrip },
  }
}

/** The first thing that a new visitor does is to call. */
async function offeredCall(near: Browser, stack: Stack, agent: Person): Promise<FirstSound> {
  const visitor = await openShop(near, stack)
  try {
    await visitor.launcher().click()
    const heard = await productCall(visitor, agent)
    await visitor.button('End chat').click()
    // There is a time to take it back.
    await visitor.text('You ended this chat').waitFor()
    return heard
  } finally {
    await visitor.context.close()
  }
}

async function productCall(
  visitor: Person,
  agent: Person,
  kind: 'Voice call' | 'Video call' = 'Voice call',
): Promise<FirstSound> {
  await visitor.button(kind).click()
  const agreed = agreements.get(visitor) ?? new Set()
  if (!agreed.has(kind)) await visitor.button('Agree').click()
  agreements.set(visitor, agreed.add(kind))
  await agent.button('Accept').waitFor()
  await delay(RINGS_MS)
  await agent.button('Accept').click()
  const heard =
    kind === 'Voice call'
      ? await firstSound(agent.page, agent.page.mainFrame(), voices.visitor)
      : await firstFrame(agent.page)
  await agent.button('Hang up').click()
  await visitor.button('Hang up').waitFor({ state: 'detached' })
  await agent.button('Hang up').waitFor({ state: 'detached' })
  return heard
}

async function openTextbook(near: Browser, far: Browser, made: (() => unknown)[]): Promise<Line> {
  const html = await buildPage(join(import.meta.dirname, 'setup', 'textbook-page.ts'))
  const server = await startTextbook(html, process.env.MEDIASOUP_WORKER_BIN)
  made.push(server.stop)
  const proxy = await openDelayProxy(() => server.port)
  made.push(proxy.close)
  const open = async (browser: Browser) => {
    const page = await browser.newPage()
    await page.addInitScript(installEar)
    await page.addInitScript(noteClicks)
    await page.goto(`http://localhost:${proxy.port}/`)
    return page
  }
  const [caller, answerer] = [await open(near), await open(far)]
  return { call: () => textbookCall(caller, answerer), setRoundTrip: proxy.setRoundTrip }
}

async function textbookCall(caller: Page, answerer: Page): Promise<FirstSound> {
  const press = (page: Page, name: string) => page.getByRole('button', { name }).click()
  await press(caller, 'Call')
  await delay(RINGS_MS)
  await press(answerer, 'Accept')
  const heard = await firstSound(answerer, answerer.mainFrame(), voices.visitor)
  await press(answerer, 'Hang up')
  await press(caller, 'Hang up')
  return heard
}

async function allCalls(
  lines: Record<Way, Line>,
  { calls, offered }: { calls: number; offered: number },
  say: (text: string) => void,
): Promise<Call[]> {
  const found: Call[] = []
  const one = async (way: Way, roundTrip: number, number: number) => {
    lines[way].setRoundTrip(roundTrip)
    const heard = await lines[way].call()
    lines[way].setRoundTrip(0)
    // The first warms everything up.
    if (number > 0) found.push({ ...heard, way, roundTrip })
  }
  for (let number = 0; number <= calls; number++) {
    for (const roundTrip of ROUND_TRIPS) {
      const order: Way[] = number % 2 === 0 ? ['textbook', 'parley'] : ['parley', 'textbook']
      for (const way of order) await one(way, roundTrip, number)
    }
    say(number === 0 ? 'warmed up' : `call ${number} of ${calls} each`)
  }
  for (let number = 0; number <= calls; number++) {
    for (const roundTrip of ROUND_TRIPS) await one('video', roundTrip, number)
  }
  say('the pictures are over')
  // By themselves, since the desk then shows the stranger's conversation.
  for (let number = 0; number <= offered; number++) {
    for (const roundTrip of ROUND_TRIPS) await one('offered', roundTrip, number)
  }
  return found
}

function report(calls: Call[]): Report {
  const valid = calls.filter(({ lagMs }) => lagMs <= STARVED_MS)
  const group = (way: Way, roundTrip: number) =>
    valid.filter((one) => one.way === way && one.roundTrip === roundTrip)
  const of = (way: Way, roundTrip: number) => group(way, roundTrip).map(({ ms }) => ms)
  const packets = (way: Way, roundTrip: number) =>
    group(way, roundTrip).flatMap(({ packetMs }) => (packetMs === null ? [] : [packetMs]))
  const p95 = (numbers: number[]) => percentile(numbers, 0.95)
  const rows = ROUND_TRIPS.map((roundTrip) => {
    const [own, textbook, offered, pictures] = [
      of('parley', roundTrip),
      of('textbook', roundTrip),
      of('offered', roundTrip),
      of('video', roundTrip),
    ]
    return [
      `${roundTrip} ms`,
      ...[spread(packets('parley', roundTrip), 0), spread(own, 0), p95(own).toFixed(0)],
      ...[spread(offered, 0), p95(offered).toFixed(0)],
      ...[spread(pictures, 0), p95(pictures).toFixed(0)],
      ...[spread(textbook, 0), p95(textbook).toFixed(0)],
      `${(median(textbook) / median(own)).toFixed(1)}×`,
    ]
  })
  const p95Of = (way: Way) => Math.max(...ROUND_TRIPS.map((roundTrip) => p95(of(way, roundTrip))))
  const over = (way: Way, share: number) =>
    Math.max(...ROUND_TRIPS.map((roundTrip) => percentile(of(way, roundTrip), share) - roundTrip))
  return {
    title: 'setup: agent’s accept → first remote sound',
    tables: [
      {
        title: `${valid.length} of ${calls.length} calls valid; p50 (min–max) and p95, ms`,
        columns: [
          'added round trip',
          'Parley, first packet',
          'first sound',
          'p95',
          'offered from the queue',
          'p95',
          'first picture',
          'p95',
          'textbook',
          'p95',
          'textbook ÷ Parley',
        ],
        rows,
      },
    ],
    goals: [
      atMost('p50 over one signalling round trip, worst', over('parley', 0.5), 60, ' ms', 0),
      atMost('p95 over one signalling round trip, worst', over('parley', 0.95), 150, ' ms', 0),
      atMost('p50 of calls offered from the queue, worst', over('offered', 0.5), 60, ' ms', 0),
      atMost('p95 of calls offered from the queue, worst', over('offered', 0.95), 150, ' ms', 0),
      atMost('first remote picture p95, worst', p95Of('video'), 800, ' ms', 0),
      atLeast(
        'faster than the textbook at 50 ms',
        median(of('textbook', 50)) / median(of('parley', 50)),
        3,
        '×',
      ),
    ],
    notes: [
      'Heard where the page gives the sound to its loudspeaker, jitter buffer included; blocks of 10 ms, steps of 40 ms.',
      'The textbook’s caller already sends when the agent accepts: only the agent’s side is measured of both.',
      `A call is invalid when the agent’s page was late by more than ${STARVED_MS} ms meanwhile.`,
      'Two browsers, server, database and both media servers share this machine’s cores.',
    ],
    data: { calls },
  }
}
