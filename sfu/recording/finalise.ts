import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReplayIndex } from '../control/replay-index.ts'
import { finaliseAudio, furtherPairs, type Pair, pairsOf } from './finalise-audio.ts'
import { finaliseVideo } from './finalise-video.ts'
import { JOURNAL_FILE, readJournal } from './journal.ts'
import { SLOT_MS } from './levels.ts'
import { asideAudioFile, AUDIO_FILE, furtherAudioFile, INDEX_FILE, isRaw } from './paths.ts'
import {
  type Hole,
  type RecordedSegment,
  type Recording,
  readRecording,
  serverTime,
} from './read-recording.ts'
import type { Unreadable } from './raw-reader.ts'
import { replaceFile } from './replace-file.ts'
import { type Leave, soundMs } from './voice.ts'

export type Finalised = { index: ReplayIndex; recording: Recording }

/**
 * Makes everything a replay needs out of a room's raw files, `replay.json` last. Whatever stands of an earlier try is
 * made again; killed at any moment, it can be run again. Null when the folder tells of no room. Rejects with `Unreadable` where a raw
 * file cannot be read; with `onLeft`, which is told of each, the rest of that file becomes a hole.
 */
export async function finaliseFolder(
  folder: string,
  onLeft?: (segmentId: string, error: Unreadable) => void,
): Promise<Finalised | null> {
  const recording = readRecording(await readJournal(join(folder, JOURNAL_FILE)))
  if (recording === null) return null
  const left: Hole[] = []
  const leave: Leave = (segment, fromMs, error) => {
    const { id, seatId, role, source, endedAt: to } = segment
    const from = serverTime(segment, fromMs)
    left.push({ from, to, reason: 'unreadable', track: { seatId, role, source } })
    onLeft?.(id, error)
  }
  const index = ReplayIndex.parse(await buildIndex(folder, recording, left, onLeft && leave))
  await replaceFile(join(folder, INDEX_FILE), (path) => writeFile(path, JSON.stringify(index)))
  return { index, recording }
}

/** `left`: filled by `leave`. */
async function buildIndex(
  folder: string,
  recording: Recording,
  left: readonly Hole[],
  leave?: Leave,
): Promise<ReplayIndex> {
  const sound = await placeSound(folder, recording.segments, leave)
  const video = await allVideo(folder, recording.segments, leave)
  const starts = [sound?.fromMs, ...video.map(({ start }) => start)].filter((it) => it !== undefined)
  const startMs = starts.length === 0 ? recording.beganAt : Math.min(...starts)
  const ends = video.map(({ start, durationMs }) => start + durationMs)
  const endMs = Math.max(startMs, sound?.toMs ?? startMs, ...ends)
  const joined = await joinSound(folder, recording, sound, startMs, leave)
  return {
    version: 1,
    roomId: recording.roomId,
    startMs,
    endMs,
    ...joined,
    video: video.map((entry) => ({ ...entry, start: entry.start - startMs })),
    holes: [...recording.holes, ...left]
      .map((hole) => ({ ...hole, from: hole.from - startMs, to: (hole.to ?? endMs) - startMs }))
      .filter(({ from, to }) => to > from),
  }
}

type Sound = { segments: RecordedSegment[]; fromMs: number; toMs: number }

/** Audio segments that hold something, and their span on the server's clock. */
async function placeSound(folder: string, all: RecordedSegment[], leave?: Leave): Promise<Sound | null> {
  const placed: { segment: RecordedSegment; fromMs: number; toMs: number }[] = []
  for (const segment of all) {
    if (segment.kind !== 'audio') continue
    let isWhole = true
    // What the rest of it holds cannot be told: that it is missing is, where it is joined.
    const onUnreadable = leave && (() => void (isWhole = false))
    const lasts = await soundMs(folder, segment, onUnreadable)
    if (lasts === 0 && isWhole) continue
    const heardTo = serverTime(segment, lasts)
    const toMs = isWhole ? heardTo : (segment.endedAt ?? heardTo)
    placed.push({ segment, fromMs: serverTime(segment, 0), toMs })
  }
  if (placed.length === 0) return null
  return {
    segments: placed.map(({ segment }) => segment),
    fromMs: Math.min(...placed.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...placed.map(({ toMs }) => toMs)),
  }
}

async function joinSound(
  folder: string,
  recording: Recording,
  sound: Sound | null,
  startMs: number,
  leave?: Leave,
): Promise<Pick<ReplayIndex, 'audio' | 'further' | 'asides'>> {
  if (sound === null) return { audio: null, further: [], asides: [] }
  const { fromMs, toMs } = sound
  const times = { startMs: fromMs, slots: Math.ceil((toMs - fromMs) / SLOT_MS) }
  const join = async (pairs: Pair[], segments: RecordedSegment[], fileOf: (number: number) => string) => {
    const files: ReplayIndex['further'] = []
    for (const [number, pair] of pairs.entries()) {
      const audio = await finaliseAudio({ folder, file: fileOf(number) }, pair, segments, times, leave)
      files.push({ ...audio, start: fromMs - startMs })
    }
    return files
  }
  const open = sound.segments.filter(({ aside }) => !aside)
  const apart = sound.segments.filter(({ aside }) => aside)
  const [audio = null, ...further] = await join(pairsOf(recording, open), open, (number) =>
    number === 0 ? AUDIO_FILE : furtherAudioFile(number),
  )
  const asides = await join(furtherPairs(recording, apart), apart, (number) => asideAudioFile(number + 1))
  return { audio, further, asides }
}

async function allVideo(
  folder: string,
  all: RecordedSegment[],
  leave?: Leave,
): Promise<ReplayIndex['video']> {
  const entries: ReplayIndex['video'] = []
  for (const segment of all) {
    // Of what is kept apart there are voices only.
    if (segment.kind !== 'video' || segment.aside) continue
    const entry = await finaliseVideo(folder, segment, leave)
    if (entry !== null) entries.push(entry)
  }
  return entries
}

/** Takes away what the finalised files were made of. Only for a room that never comes back. */
export async function removeRaw(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isRaw(name) || name.endsWith('.part')) {
      await rm(join(folder, name), { force: true })
    }
  }
}
