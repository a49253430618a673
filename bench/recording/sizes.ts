/** How many bytes a recording has over what was sent. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { finaliseFolder } from '../../sfu/recording/finalise.ts'
import { JOURNAL_FILE, readJournal } from '../../sfu/recording/journal.ts'
import { segmentFile } from '../../sfu/recording/paths.ts'
import { atMost } from '../lib/report.ts'
import { type Feed, startFeed } from './feed.ts'
import { openRig } from './open-rig.ts'
import type { Part } from './part.ts'

/** Of a shorter call the heads of the files would be most of what is over. */
const SECONDS = 60
/** 32 kb/s for half an hour of speech in an hour. */
const HALF_SILENT_HOUR_BYTES = 4_000 * 1_800

/** Bytes on disk of each that was sent. */
type Sizes = {
  talking: number
  halfSilent: number
  joined: number
  rawVideo: number
  video: number
  everything: number
}

export const sizes: Part = async (_options, folder, say) => {
  say(`a call of ${SECONDS} s`)
  const rig = await openRig(folder, 1, 'video')
  const feed = startFeed(rig.legs)
  let found: Sizes
  try {
    await rig.order({ do: 'record', mode: 'parley' })
    const before = sentOf(feed)
    await delay(SECONDS * 1_000)
    await rig.order({ do: 'stop' })
    const sent = sentOf(feed)
    found = await measure(
      join(folder, 'parley-1', 'call-0'),
      sent.map((bytes, track) => bytes - (before[track] ?? 0)),
    )
  } finally {
    feed.stop()
    await rig.stop()
  }
  const over = (ratio: number) => (ratio - 1) * 100
  const hour = (found.halfSilent * HALF_SILENT_HOUR_BYTES) / 1e6
  const rows: [string, number][] = [
    ['append-only sound, talking all the time', found.talking],
    ['append-only sound, half silent, silence filled in', found.halfSilent],
    ['both sides joined', found.joined],
    ['append-only pictures', found.rawVideo],
    ['finalised pictures', found.video],
    ['all raw files of a call', found.everything],
  ]
  return {
    tables: [
      {
        title: `bytes over what was sent: a call of ${SECONDS} s, Opus at 32 kb/s, VP8 at 500 kb/s`,
        columns: ['', 'over'],
        rows: rows.map(([what, ratio]) => [what, `${over(ratio).toFixed(1)} %`]),
      },
    ],
    goals: [
      atMost('append-only sound over its payload', over(found.talking), 15, ' %'),
      atMost('joined sound over its payload', over(found.joined), 9, ' %'),
      atMost('finalised pictures over their payload', over(found.video), 2, ' %'),
      atMost('an hour of one side, half of it silent', hour, 8.5, ' MB', 2),
    ],
    notes: [],
    data: found,
  }
}

/** Of both voices, then of both pictures. */
const sentOf = (feed: Feed) =>
  [0, 1].map((leg) => feed.sentBytes(leg)).concat([0, 1].map((leg) => feed.sentBytes(leg, 'video')))

const sizeOf = (path: string) => statSync(path).size

async function measure(
  place: string,
  [talking = 0, halfSilent = 0, left = 0, right = 0]: number[],
): Promise<Sizes> {
  const opened = (await readJournal(join(place, JOURNAL_FILE))).filter((line) => line.t === 'open')
  const raw = (fits: (line: (typeof opened)[number]) => boolean) =>
    opened.filter(fits).reduce((sum, { seg }) => sum + sizeOf(segmentFile(place, seg)), 0)
  const everything = readdirSync(place).reduce((sum, name) => sum + sizeOf(join(place, name)), 0)
  const [sound, pictures] = [talking + halfSilent, left + right]
  const rawVideo = raw(({ kind }) => kind === 'video')
  const mic = (id: string) => raw(({ seat, kind }) => seat === id && kind === 'audio')
  const [visitor, agent] = [mic('v'), mic('a')]
  const index = (await finaliseFolder(place))?.index
  if (!index?.audio) throw new Error('nothing was recorded')
  const video = index.video.reduce((sum, { file }) => sum + sizeOf(join(place, file)), 0)
  return {
    talking: visitor / talking,
    halfSilent: agent / halfSilent,
    joined: sizeOf(join(place, index.audio.file)) / sound,
    rawVideo: rawVideo / pictures,
    video: video / pictures,
    everything: everything / (sound + pictures),
  }
}
