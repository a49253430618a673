/** A spoken message and its files, for whoever may read the conversation that it is in. */
import type { StaffIdentity } from '../auth/authenticate.ts'
import { AppError } from '../contract/errors.ts'
import type { SpokenMessage } from '../contract/http.ts'
import { readableConversation } from '../conversation/read.service.ts'
import type { Database } from '../storage/database.ts'
import type { ReadableFile } from '../sealing/file.ts'
import type { Recordings } from '../recording/recordings.ts'
import type { Viewings } from './viewing.service.ts'
import { findSpoken, isGone } from './review.store.ts'

type Deps = { db: Database; recordings: Recordings; viewings: Viewings }

/** To the letter what is answered for a conversation that is not the caller's. */
const none = () => new AppError('notFound', 'Not found')

/** Throws `notFound` for what is no spoken message, or not one for the caller. */
export async function readSpoken(deps: Deps, caller: StaffIdentity, callId: string): Promise<SpokenMessage> {
  const conversationId = await heard(deps, caller, callId)
  if (await isGone(deps.db, callId)) return { processing: false, audio: null, video: null }
  const index = await deps.recordings.index(callId)
  if (!index) return { processing: true }
  await deps.viewings.begin(caller, conversationId, { callId })
  const url = (file: string) => `/api/desk/voicemail/${callId}/${file}`
  const { audio } = index
  const [video] = index.video
  return {
    processing: false,
    audio: audio && { url: url(audio.file) },
    video: video
      ? {
          ...{ url: url(video.file), width: video.width, height: video.height },
          startMs: video.start - (audio?.start ?? 0),
        }
      : null,
  }
}

/** The file to serve. Throws `notFound`. */
export async function openSpokenFile(
  deps: Deps,
  caller: StaffIdentity,
  { callId, file }: { callId: string; file: string },
): Promise<ReadableFile> {
  const conversationId = await heard(deps, caller, callId)
  const found = await deps.recordings.open(callId, file)
  if (!found) throw none()
  await deps.viewings.fetched(caller, conversationId, { callId })
  return found
}

/** The conversation that it is in. */
async function heard({ db }: Pick<Deps, 'db'>, caller: StaffIdentity, callId: string): Promise<string> {
  const conversationId = await findSpoken(db, callId)
  // What is not there is looked up like what is not theirs: no conversation has a call's id.
  await readableConversation(db, caller, conversationId ?? callId)
  if (conversationId === null) throw none()
  return conversationId
}
