/** Removes files that no row knows, as a death or a removal that failed may leave them. */
import { sweepAttachmentFiles } from '../attachment/seal.service.ts'
import type { Logger } from '../logger.ts'
import { createS3, type S3Config } from '../recording/s3.ts'
import { sweepVault } from '../recording/store.service.ts'
import { sweepFolder, sweepS3 } from '../recording/stray.service.ts'
import type { KeyConfig } from '../sealing/master-keys.ts'
import type { Database } from '../storage/database.ts'
import { ownsFolder } from '../storage/own-folder.ts'

type D = { db: Database; config: KeyConfig & { s3?: S3Config | null }; log: Logger }

export async function sweepStrays(d: D): Promise<void> {
  const { db, config, log } = d
  const s3 = config.s3 ? createS3(config.s3) : null
  if (!(await ownsFolder({ db, dataDir: config.dataDir }))) {
    log.error('the data folder belongs to another database: what this one does not know stays there')
    return
  }
  await sweepVault(d)
  const files = (await sweepAttachmentFiles(d)) + (await sweepFolder(d))
  // Last: it may be away.
  const objects = s3 ? await sweepS3({ db, s3 }) : 0
  if (files + objects > 0) log.info({ files, objects }, 'what belongs to nothing was removed')
}
