import { createHash, randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { v7 as newId } from 'uuid'

/** Named in one entry. */
const AT_ONCE = 1_000
/** At the machine, as the audit log knows it. */
const BY = { id: '00000000-0000-0000-0000-000000000000', name: 'npm run admin' }

/**
 * What people set right in transcripts was also kept in the audit log, where no right to hear and no rule of keeping reached it.
 * It goes from there, as an erasure does: later entries name those whose words are gone, and by these the chain still proves itself.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ id: string }>`delete from audit_content where entry_id in
      (select c.entry_id from audit_content c join audit_entry e on e.id = c.entry_id
        where e.action = 'corrected' and e.facts is null limit ${AT_ONCE})
      returning entry_id as id`.execute(db)
    if (rows.length === 0) return
    const [id, salt, body] = [newId(), randomBytes(16), JSON.stringify({ name: BY.name })]
    const facts = JSON.stringify({ contents: rows.map((row) => row.id) })
    const digest = createHash('sha256')
      .update(Buffer.concat([salt, Buffer.from(body)]))
      .digest()
    await sql`insert into audit_entry (id, person_id, action, kind, subject_id, facts, content_digest)
      values (${id}, ${BY.id}, 'erased', 'audit', ${id}, ${facts}, ${digest})`.execute(db)
    await sql`insert into audit_content (entry_id, salt, body) values (${id}, ${salt}, ${body})`.execute(db)
  }
}

/** What is gone stays so. */
export async function down(): Promise<void> {}
