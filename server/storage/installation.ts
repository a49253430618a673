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
