import { atMost, type Goal, type Report } from '../lib/report.ts'
import { percentile, spread } from '../lib/stats.ts'
import type { Found, Opening, Seek, Wherever } from './words.ts'
import type { Counted } from './counted.ts'
import { roles } from './long-talk.ts'
import type { Meter } from './players.ts'

/** A starved meter says nothing; a page that holds its own thread is slow, which is what is measured. */
const MOST_LATE_MS = 25
const MOST_FOREIGN = 0.3
const names: Record<Wherever, string> = {
  parley: 'Parley',
  found: 'Parley, from what a search found',
  bare: 'one plain file in a bare player',
  voice: 'Parley, voices alone',
  phone: 'Parley on a phone',
}

const sought: Wherever[] = ['parley', 'bare', 'voice', 'phone']

const p95 = (numbers: number[]): number => percentile(numbers, 0.95)
/** Of what did not come, infinity. */
const times = (all: Seek[], what: 'soundMs' | 'pictureMs'): number[] =>
  all.map((one) => one[what] ?? Number.POSITIVE_INFINITY)
const valid = <T extends Meter>(all: T[]): T[] =>
  all.filter(({ meterLateMs, foreign }) => meterLateMs <= MOST_LATE_MS && foreign <= MOST_FOREIGN)
const held = (all: { lagMs: number }[]): string => p95(all.map(({ lagMs }) => lagMs)).toFixed(0)
const of = <T extends { way: Wherever }>(all: T[], way: Wherever): T[] => all.filter((one) => one.way === way)

export function report(found: Found): Report {
  const { talk, memory } = found
  const seeks = [...found.seeks, ...found.voice, ...found.phone]
  return {
    title: `replay: ${talk.minutes} minutes, two voices and two cameras (${megabytes(bytesOf(found))})`,
    tables: [openingTable(found.openings), seekTable(seeks), bytesTable(seeks), placeTable(found)],
    goals: goals(found),
    notes: [
      'Ready: the lanes are drawn, sound and both pictures could play. Sound and picture: from `Play` on. By its address as in a browser that has never been here; from what was found since the click in the desk, which is open.',
      'A seek is over when sound goes on from the wished place and every picture of that moment is on the screen; while it plays. Sound and pictures go on together, so what sound alone takes is asked of the same hour without pictures.',
      'Requests and bytes are the server’s: what it gave to the system for media until then, and in the 200 ms of playing that followed.',
      `The bare player has the sound and one of the two pictures. The phone: a quarter of the speed, 20 Mb/s, 40 ms, ${PHONE_SCREEN}.`,
      'The visitor’s clock runs 200 ppm fast (720 ms an hour), silences are not sent and one packet in a hundred is lost.',
      `Memory of the page: ${megabytes(memory.opened)} when opened, ${megabytes(memory.sought)} after the seeks, ${megabytes(memory.ended)} after following it.`,
      `An opening or a seek is invalid when the meter was late by more than ${MOST_LATE_MS} ms or others had ${MOST_FOREIGN} of a core. Held: the page’s own thread, at most. Browsers, server and database share this machine’s cores.`,
    ],
    data: found,
  }
}

const PHONE_SCREEN = '390 × 844'
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

function bytesOf({ talk: { index } }: Found): number {
  return (index.audio?.bytes ?? 0) + index.video.reduce((sum, { bytes }) => sum + bytes, 0)
}

function openingTable(all: Opening[]) {
  const rows = (Object.keys(names) as Wherever[]).map((way) => {
    const own = of(all, way)
    const good = valid(own)
    const ready = good.map((one) => one.readyMs)
    return [
      names[way],
      `${good.length} of ${own.length}`,
      ...[spread(ready, 0), p95(ready).toFixed(0)],
      spread(
        good.map((one) => one.soundMs),
        0,
      ),
      spread(
        good.map((one) => one.pictureMs),
        0,
      ),
      held(good),
    ]
  })
  const columns = ['', 'valid', 'ready', 'p95', '… → sound', '… → pictures', 'held, p95']
  return { title: 'opened; p50 (min–max), ms', columns, rows }
}

function seekTable(all: Seek[]) {
  const rows = sought.map((way) => {
    const own = of(all, way)
    const good = valid(own)
    const [sound, pictures] = [times(good, 'soundMs'), times(good, 'pictureMs')]
    return [
      names[way],
      `${good.length} of ${own.length}`,
      ...[spread(sound, 0), p95(sound).toFixed(0), spread(pictures, 0), p95(pictures).toFixed(0)],
      held(good),
    ]
  })
  return {
    title: 'sought; p50 (min–max) and p95, ms',
    columns: ['', 'valid', 'sound goes on', 'p95', 'pictures are there', 'p95', 'held, p95'],
    rows,
  }
}

function bytesTable(all: Seek[]) {
  const cell = (counted: Counted[]) => {
    const [requests, bytes] = [counted.map((one) => one.requests), counted.map((one) => one.bytes / 1_000)]
    return [
      `${percentile(requests, 0.5)}, ${p95(requests)}`,
      `${percentile(bytes, 0.5).toFixed(0)}, ${p95(bytes).toFixed(0)}`,
    ]
  }
  const rows = sought.flatMap((way) => {
    const own = of(all, way)
    const row = (title: string, kind: 'sound' | 'pictures') => [
      `${names[way]}, ${title}`,
      ...cell(own.map(({ until }) => until[kind])),
      ...cell(own.map(({ after }) => after[kind])),
    ]
    if (way === 'bare') return [row('all', 'pictures')]
    return [row('sound', 'sound'), ...(way === 'voice' ? [] : [row('pictures', 'pictures')])]
  })
  return {
    title: 'asked of the server by a seek; p50, p95',
    columns: ['', 'requests', 'kB', 'then: requests', 'kB'],
    rows,
  }
}

function placeTable({ places }: Found) {
  const show = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(0))
  return {
    title: 'followed; ms',
    columns: [
      'minute',
      'speed',
      'moments',
      'visitor’s sound before picture',
      'agent’s',
      'visitor’s sound after its time',
      'agent’s',
      'between sides',
    ],
    rows: places.map(({ minute, rate, moments, lips, clock, sides }) => [
      minute.toFixed(1),
      `${rate}×`,
      String(moments),
      ...[lips.visitor, lips.agent, clock.visitor, clock.agent, sides].map(show),
    ]),
  }
}

function goals(found: Found): Goal[] {
  const seeks = valid(of(found.seeks, 'parley'))
  const ready = (way: Wherever) => p95(valid(of(found.openings, way)).map((one) => one.readyMs))
  const worst = (all: Seek[], what: 'sound' | 'pictures', kind: 'requests' | 'bytes') =>
    p95(all.map(({ until }) => until[what][kind]))
  return [
    atMost('ready to play after it was chosen among what was found, p95', ready('found'), 1_000, ' ms', 0),
    atMost('by its address in a browser that has never been here, p95', ready('parley'), 1_000, ' ms', 0),
    atMost('voices alone after a seek, p95', p95(times(valid(found.voice), 'soundMs')), 300, ' ms', 0),
    atMost('its requests, p95', worst(found.voice, 'sound', 'requests'), 2, '', 0),
    atMost('its kB, p95', worst(found.voice, 'sound', 'bytes') / 1_000, 64, ' kB', 0),
    atMost('pictures, and sound with them, after a seek, p95', p95(times(seeks, 'pictureMs')), 800, ' ms', 0),
    atMost(
      'requests for both pictures, p95',
      worst(of(found.seeks, 'parley'), 'pictures', 'requests'),
      6,
      '',
      0,
    ),
    ...drifts(found),
  ]
}

/** From the first place to the one farthest from it, at the recording's own pace. */
function drifts({ places }: Found): Goal[] {
  const steady = places.filter(({ rate }) => rate === 1)
  const [first] = steady
  const far = (value: (place: Found['places'][number]) => number) =>
    first ? Math.max(...steady.map((one) => Math.abs(value(one) - value(first)))) : Number.NaN
  const most = (values: number[]) => (values.some(Number.isNaN) ? Number.NaN : Math.max(...values))
  return [
    atMost('sides apart, worst', most(steady.map(({ sides }) => Math.abs(sides))), 40, ' ms', 0),
    atMost(
      'drift of sound against the clock',
      most(roles.map((role) => far(({ clock }) => clock[role]))),
      40,
      ' ms',
      0,
    ),
    atMost(
      'drift of sound against picture',
      most(roles.map((role) => far(({ lips }) => lips[role]))),
      40,
      ' ms',
      0,
    ),
  ]
}
