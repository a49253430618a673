/** Finds what a death or another state of the folder has left of attachments. */
import type { KeyConfig, Wrapped } from '../sealing/master-keys.ts'
import type { Database } from '../storage/database.ts'
import { setAside } from '../storage/strays.ts'
import { forgetKey, wrappedKeys } from './attachment.store.ts'
import { liesClear, liesWhole, named, namesBefore, type Part, removeNamed } from './files.ts'
import { UPLOAD_MS } from './receive.ts'

type D = { db: Database; config: KeyConfig }
type Found = { name: string } & NonNullable<ReturnType<typeof named>>

/** Nothing that is being received goes without a byte for so long. */
const HALF_MS = UPLOAD_MS + 3 * 60_000
const STEP = 500

/**
 * Sets aside files that no row knows; removes halves of what nobody sends any more, and what lies in clear beside its sealed bytes.
 * Resolves with how many went.
 */
export async function sweepAttachmentFiles({ db, config }: D, now = Date.now()): Promise<number> {
  const found = (await namesBefore(config, now - HALF_MS)).flatMap((name) => {
    const what = named(name)
    return what ? [{ name, ...what }] : []
  })
  let gone = 0
  for (let at = 0; at < found.length; at += STEP) {
    const some = found.slice(at, at + STEP)
    const known = await wrappedKeys(db, [...new Set(some.map(({ id }) => id))])
    for (const one of some) if (await goes({ db, config }, one, known.get(one.id))) gone++
  }
  return gone
}

/** `wrapped`: null where its row says that it lies in clear, undefined where it has none. */
async function goes(
  d: D,
  { name, id, part, is }: Found,
  wrapped: Wrapped | null | undefined,
): Promise<boolean> {
  if (is !== 'half' && wrapped === undefined) return setAside(d.config.dataDir, 'attachments', name)
  if (is !== 'half' && (!wrapped || is === 'sealed')) return false
  if (is === 'clear' && wrapped && !(await isSpare(d, { id, part }, wrapped))) return false
  await removeNamed(d.config, name)
  return true
}

/**
 * Whether a file in clear is needed no more. The sealed bytes that its row tells of may be missing or cut off, as in a folder that
 * was copied earlier than the database: then it is all that there is, and is to be sealed anew.
 */
async function isSpare(
  { db, config }: D,
  { id, part }: { id: string; part: Part },
  wrapped: Wrapped,
): Promise<boolean> {
  const [file, preview] = [await liesWhole(config, id, 'file'), await liesWhole(config, id, 'preview')]
  if (file) return part === 'file' || preview
  // With the key would go what lies sealed alone.
  const all = (await liesClear(config, id, 'file')) && (!preview || (await liesClear(config, id, 'preview')))
  if (all) await forgetKey(db, id, wrapped)
  return false
}
