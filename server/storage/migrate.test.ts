import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { migrateDown, migrateUp } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const root = path.resolve(import.meta.dirname, '../..')

/** Tables, columns, indexes and constraints, as PostgreSQL describes them. */
async function schema(): Promise<unknown> {
  const { rows } = await sql`
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%' order by 1, 2`.execute(test.db)
  const indexes = await sql`select indexdef from pg_indexes where schemaname = 'public'
    and tablename not like 'kysely%' order by 1`.execute(test.db)
  return { rows, indexes: indexes.rows }
}

describe('migrations', () => {
  it('go down to nothing and up to the same schema again', async () => {
    const before = await schema()
    const { rows } = await sql`select name from kysely_migration`.execute(test.db)
    for (let i = 0; i < rows.length; i++) await migrateDown(test.db)
    expect(await schema()).toEqual({ rows: [], indexes: [] })
    expect(await migrateUp(test.db)).toHaveLength(rows.length)
    expect(await schema()).toEqual(before)
  }, 60_000)

  it('make the schema that the types in the code describe', async () => {
    const out = path.join(tmpdir(), `database-${process.pid}.ts`)
    const codegen = path.join(root, 'node_modules/.bin/kysely-codegen')
    const args = [
      '--dialect',
      'postgres',
      '--url',
      test.url,
      '--out-file',
      out,
      '--exclude-pattern',
      'kysely_*',
    ]
    await promisify(execFile)(process.execPath, [codegen, ...args], { cwd: root })
    const committed = await readFile(path.join(import.meta.dirname, 'database.generated.ts'), 'utf8')
    expect(await readFile(out, 'utf8')).toBe(committed)
  })

  it('take the conversation out of searches that are kept, and nothing else', async () => {
    const [person, kept] = [newId(), { filter: { medium: 'voice' }, words: 'hello' }]
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
      test.db,
    )
    const from = rows.findIndex(({ name }) => name.endsWith('kept-searches'))
    for (let i = from; i < rows.length; i++) await migrateDown(test.db)
    await sql`insert into person (id, login, name, role) values (${person}, 'r', 'R', 'reviewer')`.execute(
      test.db,
    )
    const inOne = { ...kept, filter: { ...kept.filter, conversation: newId() } }
    for (const body of [kept, inOne])
      await sql`insert into saved_search (id, person_id, name, shared, body)
        values (${newId()}, ${person}, 'x', false, ${JSON.stringify(body)})`.execute(test.db)
    await migrateUp(test.db)
    const after = await sql<{ body: unknown }>`select body from saved_search`.execute(test.db)
    expect(after.rows.map(({ body }) => body)).toEqual([kept, kept])
  }, 60_000)
})
