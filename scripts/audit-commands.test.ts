import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { addSite } from '../server/site/site.service.ts'
import { linkEntries } from '../server/audit/chain.service.ts'
import { createTestDatabase, type TestDatabase } from '../server/storage/testing.ts'
import { runAudit } from './audit-commands.ts'

let test: TestDatabase
let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-audit-'))
  test = await createTestDatabase()
})
afterAll(async () => {
  await test.drop()
  await rm(dataDir, { recursive: true })
})

async function run(...words: string[]): Promise<string> {
  const lines: string[] = []
  const ok = await runAudit({ db: test.db, config: { dataDir }, tell: (line) => lines.push(line) }, words)
  return [...lines, String(ok)].join('\n')
}

it('npm run audit tells what is wrong with the log, and makes anchors and signatures', async () => {
  const deps = { db: test.db, config: { dataDir } }
  expect(await run('verify')).toBe(
    '0 entries, 0 with their words erased, 0 of the last moment not in the chain yet: all as they were written\ntrue',
  )
  for (const name of ['A', 'B', 'C']) await addSite(test.db, { name, origins: ['https://a.example'] })
  await linkEntries(deps)
  const anchor = path.join(dataDir, 'anchor.json')
  await writeFile(anchor, (await run('anchor')).split('\n')[0] ?? '')
  expect(await run('verify', anchor)).toContain('3 entries')
  await expect(run('verify', `${anchor}.none`)).rejects.toThrow(`${anchor}.none cannot be read`)

  await sql`delete from audit_content where entry_id = (select id from audit_entry where place = 3)`.execute(
    test.db,
  )
  await sql`delete from audit_entry where place = 3`.execute(test.db)
  const cut = await run('verify', anchor)
  expect(cut).toContain('entry 3: the head names 3 entries')
  expect(cut).toContain('an anchor names it')
  expect(cut).toMatch(/NOT as they were written\nfalse$/)
  await run('sign-anew', 'The', 'disk', 'was restored')
  expect(await run('verify')).toContain('3 entries')
  expect(await run('verify', anchor)).toContain('entry 3: an anchor names another')
  for (const words of [[], ['anchor', 'x'], ['sign-anew'], ['drop']])
    await expect(run(...words)).rejects.toThrow('npm run audit')
})
