/** Looking at a part of a conversation by its link. Each looking is one entry of the audit log. */
import { v7 as newId } from 'uuid'
import { mayHear } from '../access/access.service.ts'
import { type Changer, writeDeed } from '../audit/audit.store.ts'
import { passwordFits } from '../auth/password.ts'
import { hashSecret } from '../auth/secret.ts'
import type { Tokens } from '../auth/token.ts'
import type { ClipOpened } from '../contract/clip.ts'
import { BY_A_LINK } from '../contract/configuration.ts'
import { AppError } from '../contract/errors.ts'
import type { Handout } from '../contract/handout.ts'
import type { Recordings } from '../recording/recordings.ts'
import { allEvents } from '../review/review.service.ts'
import { callsOf } from '../review/review.store.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { countTry, countView, type OpenClip, openClip } from './clip.store.ts'
import { type CutFile, cutOut } from './cut.ts'
import { spokenLines } from '../transcript/line.store.ts'
import { cutOf, holesIn, messagesIn, type PartTrack, saidIn, tracksIn } from './part.ts'

type D = { db: Database; recordings: Recordings; tokens: Tokens; now: () => Date }

/** To the letter the same for a link that never was, and for one that is no longer good. */
const gone = () => new AppError('notFound', 'This link is not good, or not any more')

/** A link is good as long as whoever shared it may hear the conversation themselves: nothing goes on by it that was theirs for a time. */
async function goodClip(d: D, by: Parameters<typeof openClip>[1]): Promise<OpenClip | null> {
  const clip = await openClip(d.db, by, d.now().getTime())
  if (!clip) return null
  return (await mayHear(d.db, clip.sharer, clip.conversationId)) === 'yes' ? clip : null
}

/** Throws `notFound`; `notAllowed` for a wrong password. */
export async function viewClip(
  d: D,
  { code, password }: { code: string; password?: string | undefined },
): Promise<ClipOpened> {
  const clip = await goodClip(d, { codeHash: hashSecret(code) })
  if (!clip) throw gone()
  if (clip.passwordHash !== null) {
    if (password === undefined) return { locked: true }
    if (!(await countTry(d.db, clip.id))) throw gone()
    if (!(await passwordFits(password, clip.passwordHash)))
      throw new AppError('notAllowed', 'The password is not right')
  }
  const view = newId()
  await inTransaction(d.db, async (trx) => {
    await countView(trx, clip.id)
    const by: Changer = { personId: BY_A_LINK.id, name: clip.recipient }
    await writeDeed(trx, by, {
      ...{ id: view, action: 'viewed', kind: 'conversation', subjectId: clip.conversationId },
      facts: { clip: clip.id, from: clip.from, to: clip.to },
    })
  })
  return {
    locked: false,
    token: d.tokens.signClip({ clipId: clip.id, view }),
    handout: await handoutOf(d, clip),
  }
}

async function recordedOf(d: D, conversationId: string) {
  const calls = await callsOf(d.db, conversationId)
  const found = await Promise.all(
    calls.map(async ({ callId, segments }) => {
      const index = segments ? await d.recordings.index(callId) : null
      return index ? [{ callId, index }] : []
    }),
  )
  return found.flat()
}

async function handoutOf(d: D, clip: OpenClip): Promise<Handout> {
  const { from, to, recipient, by, expiresAt } = clip
  const recorded = await recordedOf(d, clip.conversationId)
  const handout: Handout = {
    ...{ locale: 'en', id: clip.id, visitor: null, sounds: [], pictures: [], files: {} },
    events: messagesIn(await allEvents(d.db, clip.conversationId, 'visitor'), clip),
    spoken: saidIn(await spokenLines(d.db, clip.conversationId), clip),
    holes: holesIn(recorded, clip),
    span: { from, to },
    mark: { by, for: recipient, until: expiresAt },
  }
  for (const [number, track] of tracksIn(recorded, clip).entries()) {
    const cut = await cutTrack(d, clip, track)
    if (!cut) continue
    const src = String(number)
    const begin = track.zero + cut.startMs
    if (track.kind === 'sound')
      handout.sounds.push({ src, from: begin, to: begin + cut.durationMs, leads: track.leads })
    else {
      const { source, side, width, height } = track
      // What is never shown of it lies before: so the file's time and the clip's stay one.
      const span = { from: begin - cut.leadMs, to: begin - cut.leadMs + cut.durationMs }
      handout.pictures.push({ id: src, side, name: null, source, src, ...span, width, height })
    }
  }
  return handout
}

/** Null: there is nothing in it. */
async function cutTrack(d: D, clip: OpenClip, track: PartTrack): Promise<CutFile | null> {
  const file = await d.recordings.open(track.callId, track.file)
  if (!file) return null
  const about = {
    TITLE: `Shared by ${clip.by} for ${clip.recipient}`,
    COMMENT: `Clip ${clip.id}, not to be passed on`,
  }
  const stretch = { from: track.from - track.zero, to: track.to - track.zero }
  return cutOut(file, cutOf(track), stretch, about)
}

/** One of its sounds or pictures. Throws `signInNeeded` for a viewing that is over, `notFound` as soon as it is revoked. */
export async function openTrack(
  d: D,
  { token, number }: { token: string; number: number },
): Promise<{ cut: CutFile; type: string }> {
  const { clipId } = d.tokens.verifyClip(token)
  const clip = await goodClip(d, { id: clipId })
  if (!clip) throw gone()
  const track = tracksIn(await recordedOf(d, clip.conversationId), clip)[number]
  const cut = track && (await cutTrack(d, clip, track))
  if (!cut) throw gone()
  return { cut, type: track.kind === 'sound' ? 'audio/webm' : 'video/webm' }
}
