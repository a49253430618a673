/** kill -9 of the product's processes while two people talk: how long the far side hears nothing. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ensureMediaWorker } from '../scripts/setup/media-worker.ts'
import { createConsole } from '../scripts/setup/step.ts'
import { type Stack, startStack } from '../scripts/test-env.ts'
import { type Bench, count } from './lib/bench.ts'
import { atMost, type Report } from './lib/report.ts'
import { percentile, spread } from './lib/stats.ts'
import { talkInBrowsers } from './recovery/browser-talk.ts'
import { talkHeadless } from './recovery/headless-talk.ts'
import type { Talk } from './recovery/talk.ts'

const VICTIMS = ['nothing', 'server', 'worker', 'media node'] as const
type Victim = (typeof VICTIMS)[number]
/** Goals: the server's death must not be heard at all; the others are the times that people may wait. */
const LIMITS: Record<Victim, number> = { nothing: 60, server: 60, worker: 3_000, 'media node': 5_000 }
const READY_MS = 30_000
/** A meter that was later than this cannot tell a hole of 60 ms. */
const STARVED_MS = 50

type Round = { victim: Victim; gapMs: number; lagMs: number }

export const recovery: Bench = {
  about: 'kill -9 of server, worker and media node: the hole in what the far side hears',
  options: { rounds: { type: 'string' }, browser: { type: 'boolean' } },
  async run(options, say) {
    const rounds = count(options, 'rounds', 20)
    const inBrowser = options.browser === true
    process.env.MEDIASOUP_WORKER_BIN = await ensureMediaWorker(process.env, createConsole(process.stdout))
    const dataDir = mkdtempSync(join(tmpdir(), 'parley-recovery-'))
    const stack = await startStack({ dataDir })
    let talk: Talk | null = null
    let whole = false
    try {
      talk = await (inBrowser ? talkInBrowsers(stack) : talkHeadless(stack))
      say('two people talk')
      const found: Round[] = []
      for (let number = 1; number <= rounds; number++) {
        for (const victim of VICTIMS) found.push(await oneRound(stack, talk, victim))
        const line = found
          .slice(-VICTIMS.length)
          .map(({ victim, gapMs }) => `${victim} ${gapMs.toFixed(0)} ms`)
        say(`round ${number} of ${rounds}: ${line.join(', ')}`)
      }
      whole = true
      return report(found, inBrowser)
    } finally {
      await talk?.close()
      await stack.stop()
      if (whole) rmSync(dataDir, { recursive: true, force: true })
      else say(`broke off; its logs and rows are left in ${dataDir}`)
    }
  },
}

async function oneRound(stack: Stack, talk: Talk, victim: Victim): Promise<Round> {
  await talk.settled()
  const since = Date.now()
  if (victim !== 'nothing') kill(stack, victim)
  // Of a hole the end must have been heard too.
  await delay(victim === 'nothing' || victim === 'server' ? 3_000 : 1_000)
  await talk.settled()
  if (victim !== 'nothing') await ready(stack)
  return { victim, ...(await talk.gapSince(since)) }
}

function kill(stack: Stack, victim: Exclude<Victim, 'nothing'>): void {
  if (victim === 'worker') {
    const list = readFileSync(join(stack.dataDir, 'run', 'workers.json'), 'utf8')
    const workers = JSON.parse(list) as { pid: number; rooms: string[] }[]
    const carrier = workers.find(({ rooms }) => rooms.length > 0)
    if (carrier === undefined) throw new Error('no worker carries the call')
    process.kill(carrier.pid, 'SIGKILL')
    return
  }
  const pid = stack.pids()[victim === 'server' ? 'server' : 'sfu']
  if (pid === undefined) throw new Error(`there is no ${victim} to kill`)
  process.kill(pid, 'SIGKILL')
}

async function ready(stack: Stack): Promise<void> {
  const deadline = performance.now() + READY_MS
  for (;;) {
    const ok = await fetch(`http://127.0.0.1:${stack.port}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    if (performance.now() > deadline) throw new Error('not ready again in time')
    await delay(100)
  }
}

function report(rounds: Round[], inBrowser: boolean): Report {
  const of = (victim: Victim) =>
    rounds.filter((one) => one.victim === victim && one.lagMs <= STARVED_MS).map(({ gapMs }) => gapMs)
  const total = rounds.length / VICTIMS.length
  const title = {
    nothing: 'nothing (the meter itself)',
    server: 'server',
    worker: 'media worker',
    'media node': 'media node',
  }
  const rows = VICTIMS.map((victim) => {
    const gaps = of(victim)
    const shown = gaps.length === 0 ? '–' : percentile(gaps, 0.95).toFixed(0)
    return [title[victim], `${gaps.length} of ${total}`, spread(gaps, 0), shown]
  })
  const calm = percentile(of('nothing'), 0.95)
  return {
    title: `recovery: ${inBrowser ? 'two Chromium processes' : 'two headless seats'}, voice, longest hole on either side`,
    tables: [
      {
        title: 'hole in ms: median (min–max) and p95',
        columns: ['killed', 'valid', 'hole', 'p95'],
        rows,
      },
    ],
    goals: [
      atMost(
        'server: p95 beyond the meter’s own',
        Math.max(0, percentile(of('server'), 0.95) - calm),
        60,
        ' ms',
        0,
      ),
      atMost('media worker: p95', percentile(of('worker'), 0.95), LIMITS.worker, ' ms', 0),
      atMost('media node: p95', percentile(of('media node'), 0.95), LIMITS['media node'], ' ms', 0),
    ],
    notes: [
      inBrowser
        ? 'Heard in the pages: a stepped tone, of which each step is recognised, so that concealment does not count as sound.'
        : 'Packets as they come to the far side; a browser adds its jitter buffer and the time to set up devices.',
      `A round is invalid when the meter was late by more than ${STARVED_MS} ms.`,
    ],
    data: { rounds },
  }
}
