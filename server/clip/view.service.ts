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
import { may } from '../permission/permission.ts'
import type { Recordings } from '../recording/recordings.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { countTry, countView, type OpenClip, openClip } from './clip.store.ts'
import { type OpenedTrack, openPart, type Part, readPart } from './part.service.ts'

type D = { db: Database; recordings: Recordings; tokens: Tokens; now: () => Date }

/** To the letter the same for a link that never was, and for one that is no longer good. */
const gone = () => new AppError('notFound', 'This link is not good, or not any more')

/**
 * A link is good as long as whoever shared it may share, and may hear the conversation themselves: nothing goes on by it that was
 * theirs for a time.
 */
async function goodClip(d: D, by: Parameters<typeof openClip>[1]): Promise<OpenClip | null> {
  const clip = await openClip(d.db, by, d.now().getTime())
  if (!clip || !may(clip.sharer.role, 'shareClips')) return null
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
    handout: { ...(await readPart(d, partOf(clip))), mark: markOf(clip) },
  }
}

const partOf = (clip: OpenClip): Part => ({
  ...{ id: clip.id, conversationId: clip.conversationId, from: clip.from, to: clip.to },
  about: {
    TITLE: `Shared by ${clip.by} for ${clip.recipient}`,
    COMMENT: `Clip ${clip.id}, not to be passed on`,
  },
})

const markOf = ({ by, recipient, expiresAt }: OpenClip) => ({ by, for: recipient, until: expiresAt })

/** One of its sounds or pictures. Throws `signInNeeded` for a viewing that is over, `notFound` as soon as it is revoked. */
export async function openTrack(
  d: D,
  { token, number }: { token: string; number: number },
): Promise<OpenedTrack> {
  const { clipId } = d.tokens.verifyClip(token)
  const clip = await goodClip(d, { id: clipId })
  if (!clip) throw gone()
  const track = await openPart(d, partOf(clip), number)
  if (!track) throw gone()
  return track
}
