/** Sets aside files that no row knows, as a death or a removal that failed may leave them. */
import path from 'node:path'
import { wrappedKeys } from '../attachment/attachment.store.ts'
import { sweepAttachmentFiles } from '../attachment/stray.service.ts'
import type { Logger } from '../logger.ts'
import { lookForLost } from '../recording/lost.service.ts'
import { createS3, type S3Config } from '../recording/s3.ts'
import { sweepVault } from '../recording/store.service.ts'
import { knownCalls } from '../recording/stored.store.ts'
import { sweepFolder, sweepS3 } from '../recording/stray.service.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import type { Database } from '../storage/database.ts'
import { installationId } from '../storage/installation.ts'
import { namesIn } from '../storage/names-in.ts'
import { type Belonging, belonging, markOf } from '../storage/own-folder.ts'
import { removeOldStrays, type StrayKind } from '../storage/strays.ts'

type D = { db: Database; config: KeyConfig & { s3?: S3Config | null }; log: Logger }

export async function sweepStrays(d: D): Promise<void> {
  const { db, config, log } = d
  const s3 = config.s3 ? createS3(config.s3) : null
  const whose = await whoseFolder(d)
  if (whose !== 'ours') {
    await sayWhose(d, whose)
    return
  }
  await removeOldStrays(config.dataDir)
  await sweepVault(d)
  const files = (await sweepAttachmentFiles(d)) + (await sweepFolder({ db, config }))
  // Last: it may be away.
  const objects = s3 ? await sweepS3({ db, s3, log }) : 0
  if (files + objects > 0) log.info({ files, objects }, 'what belongs to nothing was set aside or removed')
}

/** More often than the rest: what was received by half lies in clear. */
export async function sweepReceived(d: D): Promise<void> {
  if ((await whoseFolder(d)) === 'ours') await sweepAttachmentFiles(d)
}

/** What is not in a folder that is another's, or not there, is not lost. */
export async function sweepLost(d: D): Promise<void> {
  if ((await whoseFolder(d)) === 'ours') await lookForLost(d)
}

const whoseFolder = ({ db, config: { dataDir } }: D) =>
  belonging({ db, dataDir }, () => knowsFolder(db, dataDir))

async function sayWhose({ db, config, log }: D, whose: Exclude<Belonging, 'ours'>): Promise<void> {
  const about = { installation: await installationId(db), file: markOf(config.dataDir) }
  if (whose === 'another')
    log.error(about, 'the data folder belongs to another database: what this one does not know stays there')
  else
    log.warn(
      about,
      'the data folder has no mark, and this database knows nothing of what lies there: all of it stays. ' +
        'If the database is the right one, write the id of this installation into the file',
    )
}

/** By far enough to find one of many that are known, few enough to ask for at once. */
const SAMPLE = 1_000
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** There is nothing in it yet, or this database knows some of it: from before there were marks, or of a backup from then. */
async function knowsFolder(db: Database, dataDir: string): Promise<boolean> {
  const idsIn = async (kind: StrayKind) =>
    (await namesIn(path.join(dataDir, kind))).flatMap((name) => ID.exec(name)?.[0] ?? [])
  const files = await idsIn('attachments')
  const calls = [...(await idsIn('vault')), ...(await idsIn('recordings'))]
  if (files.length + calls.length === 0) return true
  return (await wrappedKeys(db, sampleOf(files))).size > 0 || (await knownCalls(db, sampleOf(calls))).size > 0
}

/** From all over, since what belongs together lies together in order. */
function sampleOf(ids: readonly string[]): string[] {
  const step = Math.ceil(ids.length / SAMPLE)
  return [...ids].sort().filter((_, i) => i % step === 0)
}
