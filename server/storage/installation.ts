import { generateKeyPairSync } from 'node:crypto'
import { v7 } from 'uuid'
import type { Database } from './database.ts'

/** Names this installation for ever, so that a media node shared by two never closes the other's rooms. */
export async function installationId(db: Database): Promise<string> {
  await db
    .insertInto('installation')
    .values({ id: v7() })
    .onConflict((c) => c.column('singleton').doNothing())
    .execute()
  const { id } = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow()
  return id
}

/** Private key of the pair by which push services know this installation, base64url; made when it is first asked for. */
export async function pushKey(db: Database): Promise<string> {
  await installationId(db)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  await db
    .updateTable('installation')
    .set({ push_key: privateKey.export({ format: 'jwk' }).d ?? null })
    .where('push_key', 'is', null)
    .execute()
  const { push_key: key } = await db.selectFrom('installation').select('push_key').executeTakeFirstOrThrow()
  if (key === null) throw new Error('no key for push services could be made')
  return key
}
