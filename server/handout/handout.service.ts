/** A conversation as a package: its voices and pictures, what was written, and a page that plays it without Parley. */
import type { Readable } from 'node:stream'
import { v7 as newId } from 'uuid'
import { openAttachment } from '../attachment/attachment.service.ts'
import { attachmentsOf } from '../attachment/attachment.store.ts'
import { safeFileName } from '../attachment/file-name.ts'
import { findDeed, writeDeed } from '../audit/audit.store.ts'
import type { StaffIdentity } from '../auth/authenticate.ts'
import { AppError } from '../contract/errors.ts'
import type { WireEvent } from '../contract/events.ts'
import type { Handout, PackageInput } from '../contract/handout.ts'
import type { AttachmentInfo } from '../conversation/conversation.ts'
import { heardConversation } from '../conversation/read.service.ts'
import type { SpokenLine } from '../contract/transcript.ts'
import { may } from '../permission/permission.ts'
import type { Recordings } from '../recording/recordings.ts'
import { allEvents } from '../review/review.service.ts'
import { callsOf, type ReviewCall } from '../review/review.store.ts'
import type { ReadableFile } from '../sealing/file.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import type { Database } from '../storage/database.ts'
import { spokenLines } from '../transcript/line.store.ts'
import { givenAway } from '../transcript/said.policy.ts'
import { findVisitor } from '../visitor/visitor.store.ts'
import { asText, asVtt, saidIn, spokenIn, together } from './captions.ts'
import { type MediaFile, mediaFiles, type PackedCall, playedOf, voiceTracks } from './contents.ts'
import { handoutPage } from './page.ts'
import { voiceFile } from './voice.ts'
import { type ZipPart, zipOf } from './zip.ts'

type D = { db: Database; recordings: Recordings; config: KeyConfig; clientDir: string; now(): Date }

/** How long what was asked for may be fetched. */
const FETCH_MS = 10 * 60_000
const gone = () => new AppError('notFound', 'Not found')

/** Written down before anything is given out. Returns the entry by which it is fetched. Throws `notFound`, `notAllowed`. */
export async function askPackage(
  db: Database,
  caller: StaffIdentity,
  conversationId: string,
  { locale, notes }: PackageInput,
): Promise<string> {
  await heardConversation(db, caller, conversationId)
  if (notes && !may(caller.role, 'downloadNotes'))
    throw new AppError('notAllowed', 'Notes are not yours to give out')
  const id = newId()
  const what = { action: 'downloaded', kind: 'conversation', subjectId: conversationId } as const
  await writeDeed(db, caller, { id, ...what, facts: { locale, notes } })
  return id
}

/** The ZIP, as it is made. Throws `notFound` for what the caller has not asked for just now, or may not see any more. */
export async function openPackage(
  d: D,
  caller: StaffIdentity,
  asked: { conversationId: string; id: string },
): Promise<Readable> {
  const { conversationId, id } = asked
  const deed = await findDeed(d.db, id)
  const own = deed?.action === 'downloaded' && deed.personId === caller.personId
  if (!own || deed.subjectId !== conversationId || d.now().getTime() - deed.at.getTime() > FETCH_MS)
    throw gone()
  const { locale, notes } = deed.facts as PackageInput
  return zipOf(await partsOf(d, caller, conversationId, { locale, notes }), deed.at)
}

type Held = {
  events: WireEvent[]
  spoken: SpokenLine[]
  calls: ReviewCall[]
  recorded: PackedCall[]
  files: Map<AttachmentInfo, PackedFile>
}
/** Where the page finds them, and what lies there. */
type PackedFile = { file: string; preview: string | null; parts: ZipPart[] }

async function partsOf(
  d: D,
  caller: StaffIdentity,
  conversationId: string,
  { locale, notes }: PackageInput,
): Promise<ZipPart[]> {
  const { visitorId } = await heardConversation(d.db, caller, conversationId)
  const visitor = await findVisitor(d.db, visitorId)
  if (!visitor) throw gone()
  const held = await readHeld(d, conversationId, notes)
  const { name, email, verified } = visitor
  const handout: Handout = {
    ...{ locale, id: conversationId, visitor: name, events: held.events, spoken: held.spoken },
    ...playedOf(held.recorded, held.events, held.calls),
    files: Object.fromEntries(
      [...held.files].map(([info, { file, preview }]) => [info.id, { file, preview }]),
    ),
  }
  const about = {
    conversationId,
    visitor: { name, email, verified },
    calls: callsIn(held),
    events: held.events,
  }
  const parts = [
    { name: 'replay.html', text: await handoutPage(d.clientDir, handout) },
    { name: 'events.json', text: JSON.stringify(about, null, 2) },
    ...written(held, name, locale),
    ...(await recordings(d, held.recorded, conversationId)),
    ...[...held.files.values()].flatMap(({ parts: own }) => own),
  ]
  // Erased while it was read, half of it would pass for all there is.
  await heardConversation(d.db, caller, conversationId)
  const folder = `parley-${conversationId}`
  return parts.map((part) => ({ ...part, name: `${folder}/${part.name}` }))
}

async function readHeld(d: D, conversationId: string, notes: boolean): Promise<Held> {
  const events = await allEvents(d.db, conversationId, notes ? 'staff' : 'visitor')
  const calls = await callsOf(d.db, conversationId)
  const recorded: PackedCall[] = []
  for (const { callId, segments, lost } of calls) {
    const index = segments && !lost ? await d.recordings.index(callId) : null
    if (index) recorded.push({ callId, folder: `call-${recorded.length + 1}`, index })
  }
  const kept = await attachmentsOf(d.db, conversationId)
  const files: Held['files'] = new Map()
  for (const event of events) {
    for (const info of event.type === 'message' ? (event.payload.attachments ?? []) : []) {
      const preview = kept.get(info.id)
      const packed = preview === undefined ? null : await packedFile(d, info, preview)
      if (packed) files.set(info, packed)
    }
  }
  const spoken = givenAway(await spokenLines(d.db, conversationId), { supervisors: notes })
  return { events, spoken, calls, recorded, files }
}

/** Of the recording, what says when what was; not what only draws it. */
function callsIn({ calls, recorded }: Held) {
  return calls.map(({ segments: _segments, finalised: _finalised, ...call }) => {
    const packed = recorded.find(({ callId }) => callId === call.callId)
    if (!packed) return { ...call, recording: null }
    const { startMs, endMs, holes } = packed.index
    return { ...call, recording: { folder: packed.folder, startMs, endMs, holes } }
  })
}

/** The whole by its own clock, and what was written and said in a call by that call's sound, whose name it bears. */
function written(
  { events, spoken, recorded }: Held,
  visitor: string | null,
  locale: Handout['locale'],
): ZipPart[] {
  const said = together(saidIn(events, visitor, locale), spokenIn(spoken, visitor, locale))
  const zero = events[0]?.at ?? 0
  const end = Number.POSITIVE_INFINITY
  return [
    { name: 'transcript.txt', text: asText(said, locale) },
    { name: 'transcript.vtt', text: asVtt(said, { zero, end, locale }) },
    ...recorded.flatMap(({ folder, index: { audio, startMs } }) => {
      if (!audio) return []
      const from = startMs + audio.start
      const text = asVtt(said, { zero: from, end: from + audio.durationMs, locale })
      return [{ name: `${folder}/sound.vtt`, text }]
    }),
  ]
}

async function recordings(d: D, recorded: readonly PackedCall[], conversationId: string): Promise<ZipPart[]> {
  const parts: ZipPart[] = []
  const fileOf = async ({ callId, file }: MediaFile) => {
    const found = await d.recordings.open(callId, file)
    if (!found) throw new Error(`a file of call ${callId} is missing: ${file}`)
    return found
  }
  for (const call of recorded) {
    for (const media of mediaFiles(call)) {
      const file = await fileOf(media)
      parts.push(part(media.name, file))
    }
    for (const track of voiceTracks(call)) {
      const file = await fileOf(track)
      const about = [`CONVERSATION=${conversationId}`]
      parts.push({ name: track.name, open: () => voiceFile(file.read(), track.channel, about) })
    }
  }
  return parts
}

/** Null: its bytes are not there. */
async function packedFile(d: D, { id, name }: AttachmentInfo, preview: boolean): Promise<PackedFile | null> {
  const file = await openAttachment(d, id, 'file')
  if (!file) return null
  const small = preview ? await openAttachment(d, id, 'preview') : null
  const [own, its] = [`files/${id}-${safeFileName(name)}`, `files/${id}-preview.webp`]
  const parts = [part(own, file), ...(small ? [part(its, small)] : [])]
  return { file: addressOf(own), preview: small && addressOf(its), parts }
}

/** From the page beside it: `Bill #2.pdf` would else be looked for as `Bill `. */
const addressOf = (name: string): string => name.split('/').map(encodeURIComponent).join('/')

const part = (name: string, file: ReadableFile): ZipPart => ({
  ...{ name, size: file.size, open: () => file.read() },
})
