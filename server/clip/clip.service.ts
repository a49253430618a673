/** Making, listing and revoking links to parts of conversations. */
import { v7 as newId } from 'uuid'
import { writeDeed } from '../audit/audit.store.ts'
import type { StaffIdentity } from '../auth/authenticate.ts'
import { hashPassword } from '../auth/password.ts'
import { hashSecret, newSecret } from '../auth/secret.ts'
import type { ClipInput, ClipItem, ClipMade } from '../contract/clip.ts'
import { AppError } from '../contract/errors.ts'
import { assertWithin } from '../conversation/extent.service.ts'
import { heardConversation } from '../conversation/read.service.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { clipsOf, insertClip, revokeClip } from './clip.store.ts'

type D = { db: Database; now: () => Date; config: { publicUrl: string } }

const DAY_MS = 86_400_000
const ofTalk = (conversationId: string) => ({ kind: 'conversation', subjectId: conversationId }) as const

/** Makes the link; it is not shown again. Throws `notFound`, and `badInput` for a part that is not, or not yet, there. */
export async function shareClip(
  d: D,
  caller: StaffIdentity,
  conversationId: string,
  { from, to, recipient, days, password }: ClipInput,
): Promise<ClipMade> {
  await heardConversation(d.db, caller, conversationId)
  await assertWithin(d.db, conversationId, { from, to })
  const passwordHash = password === undefined ? null : await hashPassword(password)
  const [id, code] = [newId(), newSecret()]
  const expiresAt = d.now().getTime() + days * DAY_MS
  await inTransaction(d.db, async (trx) => {
    const { personId, name } = caller
    const clip = { id, conversationId, personId, name, codeHash: hashSecret(code), from, to, recipient }
    await insertClip(trx, { ...clip, passwordHash, expiresAt })
    const facts = { clip: id, from, to, expiresAt, password: passwordHash !== null }
    await writeDeed(trx, caller, { action: 'shared', ...ofTalk(conversationId), facts, reason: recipient })
  })
  // The code stands after the #: no server, proxy or log ever sees it.
  return { id, url: `${d.config.publicUrl}/clip#${code}` }
}

export async function listClips(d: D, caller: StaffIdentity, conversationId: string): Promise<ClipItem[]> {
  await heardConversation(d.db, caller, conversationId)
  return clipsOf(d.db, conversationId, d.now().getTime())
}

/** From now on nobody sees more of it. Throws `notFound` for one that is not there, or is revoked already. */
export async function unshareClip(
  d: D,
  caller: StaffIdentity,
  clip: { id: string; conversationId: string },
): Promise<void> {
  await heardConversation(d.db, caller, clip.conversationId)
  await inTransaction(d.db, async (trx) => {
    if (!(await revokeClip(trx, clip, d.now()))) throw new AppError('notFound', 'Not found')
    await writeDeed(trx, caller, {
      ...{ action: 'unshared', ...ofTalk(clip.conversationId), facts: { clip: clip.id } },
    })
  })
}
