/** A stretch of a conversation, cut out of its recordings anew each time that somebody looks at it. Nothing of it is stored. */
import type { Handout } from '../contract/handout.ts'
import type { Recordings } from '../recording/recordings.ts'
import { allEvents } from '../review/review.service.ts'
import { callsOf } from '../review/review.store.ts'
import type { Database } from '../storage/database.ts'
import { spokenLines } from '../transcript/line.store.ts'
import { type CutFile, cutOut } from './cut.ts'
import { cutOf, holesIn, messagesIn, type PartTrack, saidIn, tracksIn } from './part.ts'

type D = { db: Database; recordings: Recordings }

/** `from` and `to` in ms since 1970; `about` is written into its files. */
export type Part = {
  id: string
  conversationId: string
  from: number
  to: number
  about: Readonly<Record<string, string>>
}

async function recordedOf(d: D, conversationId: string) {
  const calls = await callsOf(d.db, conversationId)
  const found = await Promise.all(
    calls.map(async ({ callId, segments, lost }) => {
      const index = segments && !lost ? await d.recordings.index(callId) : null
      return index ? [{ callId, index }] : []
    }),
  )
  return found.flat()
}

/** What there is of it, as the visitor might see it. Each `src` is the number that `openPart` knows the track by. */
export async function readPart(d: D, part: Part): Promise<Handout> {
  const { from, to } = part
  const recorded = await recordedOf(d, part.conversationId)
  const handout: Handout = {
    ...{ locale: 'en', id: part.id, visitor: null, sounds: [], pictures: [], files: {} },
    events: messagesIn(await allEvents(d.db, part.conversationId, 'visitor'), part),
    spoken: saidIn(await spokenLines(d.db, part.conversationId), part),
    holes: holesIn(recorded, part),
    span: { from, to },
  }
  for (const [number, track] of tracksIn(recorded, part).entries()) {
    const cut = await cutTrack(d, part, track)
    if (!cut) continue
    const src = String(number)
    const begin = track.zero + cut.startMs
    if (track.kind === 'sound')
      handout.sounds.push({ src, from: begin, to: begin + cut.durationMs, leads: track.leads })
    else {
      const { source, side, width, height } = track
      // What is never shown of it lies before: so the file's time and the part's stay one.
      const span = { from: begin - cut.leadMs, to: begin - cut.leadMs + cut.durationMs }
      handout.pictures.push({ id: src, side, name: null, source, src, ...span, width, height })
    }
  }
  return handout
}

/** Null: there is nothing in it. */
async function cutTrack(d: D, { about }: Part, track: PartTrack): Promise<CutFile | null> {
  const file = await d.recordings.open(track.callId, track.file)
  if (!file) return null
  const stretch = { from: track.from - track.zero, to: track.to - track.zero }
  return cutOut(file, cutOf(track), stretch, about)
}

export type OpenedTrack = { cut: CutFile; type: string }

/** One of its sounds or pictures. Null: there is none of that number. */
export async function openPart(d: D, part: Part, number: number): Promise<OpenedTrack | null> {
  const track = tracksIn(await recordedOf(d, part.conversationId), part)[number]
  const cut = track && (await cutTrack(d, part, track))
  return cut ? { cut, type: track.kind === 'sound' ? 'audio/webm' : 'video/webm' } : null
}
