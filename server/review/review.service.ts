import type { StaffIdentity } from '../auth/authenticate.ts'
import { AppError } from '../contract/errors.ts'
import { PAGE, type WireEvent } from '../contract/events.ts'
import type { CallRecord, ReplayData } from '../contract/http.ts'
import { type Audience, eventsAfter } from '../conversation/conversation.store.ts'
import { assertHears } from '../access/access.service.ts'
import { readAccess } from '../access/request.service.ts'
import { heardConversation, marksOf } from '../conversation/read.service.ts'
import type { Logger } from '../logger.ts'
import type { Database } from '../storage/database.ts'
import { findVisitor } from '../visitor/visitor.store.ts'
import type { ReadableFile } from '../sealing/file.ts'
import type { Recordings } from '../recording/recordings.ts'
import type { Viewings } from './viewing.service.ts'
import { belongs, callsOf, type ReviewCall } from './review.store.ts'

type Deps = { recordings: Recordings; log: Logger; viewings: Viewings }

/** A longer log is read in steps. */
const STEP = 2_000

/** The whole conversation with its recordings. The viewing is written down first; `view`: it goes on. Throws `notFound`. */
export async function openReplay(
  db: Database,
  deps: Deps,
  caller: StaffIdentity,
  asked: { conversationId: string; view?: string | undefined },
): Promise<ReplayData> {
  const { conversationId } = asked
  const row = await heardConversation(db, caller, conversationId)
  const visitor = await findVisitor(db, row.visitorId)
  if (!visitor) throw new AppError('notFound', 'Not found')
  const view = await deps.viewings.goOn(caller, conversationId, asked.view)
  const events = await allEvents(db, conversationId)
  const { name, email, verified, locale, since } = visitor
  return {
    view,
    access: await readAccess(db, caller, conversationId),
    snapshot: {
      conversationId,
      state: row.staff,
      events: events.slice(-PAGE),
      more: events.length > PAGE,
      marks: (await marksOf(db, conversationId)).staff,
    },
    visitor: { name, email, verified, locale, since },
    events,
    calls: await Promise.all(
      (await callsOf(db, conversationId)).map((call) => toRecord(deps, conversationId, call)),
    ),
  }
}

export async function allEvents(
  db: Database,
  conversationId: string,
  audience: Audience = 'staff',
): Promise<WireEvent[]> {
  const events: WireEvent[] = []
  for (;;) {
    const page = await eventsAfter(db, conversationId, audience, events.at(-1)?.seq ?? 0, STEP)
    events.push(...page)
    if (page.length < STEP) return events
  }
}

async function toRecord(deps: Deps, conversationId: string, call: ReviewCall): Promise<CallRecord> {
  const { segments, finalised, lost, ...rest } = call
  const index = segments ? await readIndexOrNull(deps, call.callId) : null
  const recording = index && { index, baseUrl: `/api/replay/${conversationId}/media/${call.callId}/` }
  // Some of it may be left.
  const gone = lost && !recording
  return { ...rest, recording, lost: gone, processing: segments && !gone && !finalised && !recording }
}

/** A broken index must not hide the conversation: its text still replays. */
async function readIndexOrNull(deps: Deps, callId: string) {
  return deps.recordings.index(callId).catch((err: unknown) => {
    deps.log.error({ err, callId }, 'the index of a recording cannot be read')
    return null
  })
}

/** The file to serve. Throws `notFound` unless it is one of this call's and the call one of this conversation's. */
export async function openMedia(
  db: Database,
  deps: Pick<Deps, 'recordings' | 'viewings'>,
  caller: StaffIdentity,
  asked: { conversationId: string; callId: string; file: string },
): Promise<ReadableFile> {
  const { conversationId, callId, file } = asked
  // Each range is asked for anew: a grant that has run out ends what is playing.
  await assertHears(db, caller, conversationId, 'No such recording')
  const found = (await belongs(db, callId, conversationId)) && (await deps.recordings.open(callId, file))
  if (!found) throw new AppError('notFound', 'No such recording')
  await deps.viewings.fetched(caller, conversationId, { callId })
  return found
}
