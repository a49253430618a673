/** How far the sides of a recording move against each other when the senders' clocks differ. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { finaliseFolder } from '../../sfu/recording/finalise.ts'
import { RawRecording } from '../../sfu/testing/raw-recording.ts'
import { seeded } from '../../sfu/testing/pauses.ts'
import { type Heard, readJoined } from '../../sfu/testing/read-replay.ts'
import { count } from '../lib/bench.ts'
import { atMost, type Goal, type Table } from '../lib/report.ts'
import { openRig } from './open-rig.ts'
import type { Part } from './part.ts'
import { capturedAt, type SenderClock, startUnevenFeed, talks } from './uneven-feed.ts'

const LOSS = 0.05
const HOUR_MIN = 60
const MINUTE_MS = 60_000
/** Of less the slope would be that of the 20 ms that sound is laid on. */
const JUDGED_MIN = 30
const clock = (ppm: number, wallPpm: number, aheadMs: number): SenderClock => ({ ppm, wallPpm, aheadMs })
/** Of the visitor and the agent of each call: crystals differ by some ten parts in a million, bad ones by more. */
const CALLS: [SenderClock, SenderClock][] = [
  [clock(200, 0, -2_000), clock(0, 0, 0)],
  [clock(-200, 30, 3_600_000), clock(40, -10, 500)],
  [clock(100, 50, 0), clock(-100, -50, 0)],
  [clock(20, 10, 700), clock(-20, 15, -300)],
]

/** `perHour`: slope of the distance between the sides, ms. `widest`: a minute's distance against the first one's. */
type Drift = { call: number; minutes: number; perHour: number; widest: number }

export const drift: Part = async (options, folder, say) => {
  const minutes = count(options, 'minutes', 6)
  const fast: Drift[] = []
  for (const [call, clocks] of CALLS.entries()) fast.push(await writtenFast(call, clocks))
  say('an hour written as fast as it goes')
  if (minutes > 0) say(`${minutes} minutes through a worker`)
  const live = minutes > 0 ? await throughWorker(folder, minutes) : []
  const judged = live.filter((one) => one.minutes >= JUDGED_MIN)
  return {
    tables: [
      table('an hour written fast (files, clock map and joining are real, arrivals are made up)', fast),
      ...(live.length > 0 ? [table(`${minutes} min through worker and recorder`, live)] : []),
    ],
    goals: [
      goal('written fast', fast),
      ...(judged.length > 0 ? [goal('through worker and recorder', judged)] : []),
    ],
    notes: [
      `Of each call 5 % of packets and reports are lost, its sides are silent a third of the time, and the way of a packet takes 20 to 60 ms.`,
      ...(live.length > judged.length
        ? [`Under ${JUDGED_MIN} minutes the slope is not judged: sound lies on a grid of 20 ms.`]
        : []),
    ],
    data: { fast, live },
  }
}

const goal = (how: string, found: Drift[]): Goal =>
  atMost(
    `sides drift in an hour, ${how}, worst of ${found.length}`,
    Math.max(...found.map(({ perHour }) => Math.abs(perHour))),
    20,
    ' ms',
  )

function table(title: string, found: Drift[]): Table {
  return {
    title: `drift: ${title}`,
    columns: ['visitor and agent', 'an hour', 'widest minute'],
    rows: found.map(({ call, perHour, widest }) => [
      (CALLS[call] ?? []).map(({ ppm }) => `${ppm} ppm`).join(', '),
      `${perHour.toFixed(1)} ms`,
      `${widest.toFixed(1)} ms`,
    ]),
  }
}

/** The files as a node leaves them, without the node: readings of the clock are what it would have seen. */
async function writtenFast(call: number, clocks: [SenderClock, SenderClock]): Promise<Drift> {
  const random = seeded(call)
  const raw = await RawRecording.begin(`fast-${call}`)
  for (const [leg, { ppm, aheadMs }] of clocks.entries()) {
    const sends = (number: number) => talks(leg, number) && random() >= LOSS
    const [seat, role] = leg === 0 ? (['v', 'visitor'] as const) : (['a', 'agent'] as const)
    await raw.sound({ seat, role, begins: 0, seconds: HOUR_MIN * 60, voice: leg, ppm, ahead: aheadMs, sends })
  }
  await raw.end()
  const found = await measure(raw.folder, call, clocks)
  rmSync(raw.folder, { recursive: true })
  return found
}

async function throughWorker(folder: string, minutes: number): Promise<Drift[]> {
  const rig = await openRig(folder, CALLS.length)
  const senders = rig.legs.flatMap((leg) => {
    const found = CALLS[leg.call]?.[leg.leg === 0 ? 0 : 1]
    return found === undefined ? [] : [{ ...found, leg }]
  })
  await rig.order({ do: 'record', mode: 'parley' })
  const stop = startUnevenFeed(senders, LOSS, 1)
  try {
    await Promise.race([delay(minutes * MINUTE_MS), rig.gone])
    await rig.order({ do: 'stop' })
    return await Promise.all(
      CALLS.map((clocks, call) => measure(join(folder, 'parley-1', `call-${call}`), call, clocks)),
    )
  } finally {
    stop()
    await rig.stop()
  }
}

async function measure(folder: string, call: number, clocks: [SenderClock, SenderClock]): Promise<Drift> {
  const audio = (await finaliseFolder(folder))?.index.audio
  if (!audio) throw new Error('nothing was recorded')
  const { sides } = await readJoined(join(folder, audio.file))
  const [visitor, agent] = [late(sides[0], clocks[0]), late(sides[1], clocks[1])]
  const both = [...visitor.keys()].filter((minute) => agent.has(minute))
  // The last one may be a part of a minute.
  const apart = both.slice(0, -1).map((minute) => (visitor.get(minute) ?? 0) - (agent.get(minute) ?? 0))
  return {
    call,
    minutes: apart.length,
    perHour: slope(apart) * HOUR_MIN,
    widest: Math.max(...apart.map((one) => Math.abs(one - (apart[0] ?? 0)))),
  }
}

/** By how much later than it was captured a side's sound lies in the file, the mean of each minute. */
function late(heard: Heard[], sender: SenderClock): Map<number, number> {
  const minutes = new Map<number, { sum: number; packets: number }>()
  for (const { atMs, number } of heard) {
    const captured = capturedAt(sender, number)
    const minute = Math.floor(captured / MINUTE_MS)
    const found = minutes.get(minute) ?? { sum: 0, packets: 0 }
    minutes.set(minute, { sum: found.sum + atMs - captured, packets: found.packets + 1 })
  }
  return new Map([...minutes].map(([minute, { sum, packets }]) => [minute, sum / packets]))
}

/** Least squares over 0, 1, 2 … */
function slope(values: number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const [top, bottom] = values.reduce(
    ([upper, lower], value, x) => [upper + (x - middle) * (value - mean), lower + (x - middle) ** 2],
    [0, 0],
  )
  return bottom === 0 ? Number.NaN : top / bottom
}
