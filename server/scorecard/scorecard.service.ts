/** From a draft in the configuration to a version that reviews are made with. */
import { isDeepStrictEqual } from 'node:util'
import { v7 as newId } from 'uuid'
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import { findConfiguration, holdOff } from '../configuration/configuration.store.ts'
import { AppError } from '../contract/errors.ts'
import type { ScorecardVersion } from '../contract/scorecard.ts'
import { may, type Permission } from '../permission/permission.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { draftFaults } from './scorecard.ts'
import { insertVersion, newestVersions, versionsOf } from './scorecard.store.ts'

type D = { db: Database }

function assertMay({ role }: StaffCaller, permission: Permission): void {
  if (!may(role, permission)) throw new AppError('notAllowed', 'Your role does not allow this')
}

/** What reviewers may choose from. */
export async function offeredScorecards({ db }: D, caller: StaffCaller): Promise<ScorecardVersion[]> {
  assertMay(caller, 'score')
  return await newestVersions(db)
}

/** All versions of one, newest first. */
export async function publishedVersions(
  { db }: D,
  caller: StaffCaller,
  scorecardId: string,
): Promise<ScorecardVersion[]> {
  assertMay(caller, 'configureReviews')
  return await versionsOf(db, scorecardId)
}

/**
 * Publishes the draft, if it is still as in `version` of the configuration; asked again for the same draft, the same version
 * is answered. Throws `notFound`, `conflict` for a draft that has changed, `badInput` for one that cannot be scored with.
 */
export async function publishScorecard(
  { db }: D,
  caller: StaffCaller,
  { scorecardId, version }: { scorecardId: string; version: number },
): Promise<ScorecardVersion> {
  assertMay(caller, 'configureReviews')
  return await inTransaction(db, async (trx) => {
    await holdOff(trx)
    const draft = await findConfiguration(trx, 'scorecard', scorecardId)
    if (!draft) throw new AppError('notFound', 'No such scorecard')
    if (draft.version !== version)
      throw new AppError('conflict', 'Somebody else has changed it', { detail: { reason: 'version' } })
    if (draftFaults(draft.body).length > 0)
      throw new AppError('badInput', 'It cannot be scored with', { detail: { reason: 'invalid' } })
    const [newest] = await versionsOf(trx, scorecardId)
    if (newest && isDeepStrictEqual(newest.body, draft.body)) return newest
    const number = (newest?.number ?? 0) + 1
    await insertVersion(trx, {
      ...{ id: newId(), scorecardId, number },
      ...{ body: draft.body, publishedBy: caller.name },
    })
    const before = newest ? { ...newest.body, number: newest.number } : null
    const after = { ...draft.body, number }
    const published = {
      action: 'published',
      kind: 'scorecard',
      subjectId: scorecardId,
      before,
      after,
    } as const
    await writeAudit(trx, caller, [published])
    const [now] = await versionsOf(trx, scorecardId)
    if (!now) throw new AppError('internal', 'What was written is not there')
    return now
  })
}
