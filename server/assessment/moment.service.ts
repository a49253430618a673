/**
 * What a review of one's own work points at: around each comment and each piece of evidence its agent hears what the reviewer
 * heard, also where no rule lets them hear the conversation. Each looking is one entry of the audit log.
 */
import { v7 as newId } from 'uuid'
import { writeDeed } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { type OpenedTrack, openPart, type Part, readPart } from '../clip/part.service.ts'
import type { ReviewMoment } from '../contract/assessment.ts'
import type { Recordings } from '../recording/recordings.ts'
import { findViewing } from '../review/viewing.service.ts'
import type { Database } from '../storage/database.ts'
import { findReview, isOver, marksOf } from './assessment.store.ts'
import { momentOf } from './moment.policy.ts'
import { noReview, seenReview } from './read.service.ts'

type D = { db: Database; recordings: Recordings; now: () => Date }
type Asked = { reviewId: string; markId: string }

/** The page fetches all of a moment as it opens it; later it is another looking. */
const VIEWING_MS = 3_600_000

export async function readMoment(d: D, caller: StaffCaller, asked: Asked): Promise<ReviewMoment> {
  const part = await partOf(d.db, caller, asked)
  const { from, to } = part
  const view = newId()
  await writeDeed(d.db, caller, {
    ...{ id: view, action: 'viewed', kind: 'conversation', subjectId: part.conversationId },
    facts: { review: asked.reviewId, mark: asked.markId, from, to },
  })
  return { view, handout: await readPart(d, part) }
}

/** One of its sounds or pictures, for a viewing that was begun. Throws `notFound`. */
export async function openMoment(
  d: D,
  caller: StaffCaller,
  { view, number, ...asked }: Asked & { view: string; number: number },
): Promise<OpenedTrack> {
  const part = await partOf(d.db, caller, asked)
  const viewing = await findViewing(d.db, view, caller, part.conversationId, { mark: asked.markId })
  const lasts = viewing !== null && d.now().getTime() - viewing.at.getTime() < VIEWING_MS
  const track = lasts ? await openPart(d, part, number) : null
  if (!track) throw noReview()
  return track
}

/** Throws `notFound` for what is not about the caller (others have the replay), and while the conversation goes on. */
async function partOf(db: Database, caller: StaffCaller, { reviewId, markId }: Asked): Promise<Part> {
  const { review } = await seenReview(db, caller, await findReview(db, reviewId))
  const mark = (await marksOf(db, reviewId)).find(({ id }) => id === markId)
  if (!mark || review.agentId !== caller.personId) throw noReview()
  if (!(await isOver(db, review.conversationId))) throw noReview()
  const about = { TITLE: `A moment of a review of ${caller.name}`, COMMENT: 'Not to be passed on' }
  return { id: markId, conversationId: review.conversationId, ...momentOf(mark), about }
}
