import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import pg from 'pg'
import { openDatabase } from './database.ts'
import { assertFit, unfitness, unfitnessOf } from './fit.ts'
import { createTestDatabase } from './testing.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** What the server says of its settings, and how it ends. */
function check(url: string): Promise<{ code: number; said: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-fit-'))
  const secret = 'x'.repeat(40)
  const secrets = path.join(folder, 'secrets.json')
  writeFileSync(secrets, JSON.stringify({ jwtSecret: secret, controlToken: secret }))
  const env = {
    ...{ ...process.env, NODE_OPTIONS: '', DATABASE_URL: url, SECRETS_FILE: secrets },
    ...{ SFU_SOCKET: path.join(folder, 's'), DATA_DIR: folder },
  }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['server/main.ts', '--check-config'],
      { env, cwd: root },
      (error, _out, said) => {
        rmSync(folder, { recursive: true })
        resolve({ code: Number(error?.code ?? 0), said })
      },
    )
  })
}

it('a database that is not UTF8 is refused before anything is made in it, in words', async () => {
  const test = await createTestDatabase()
  const name = `parley_test_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ connectionString: test.url })
  await admin.connect()
  await admin.query(`create database ${name} encoding 'SQL_ASCII' locale 'C' template template0`)
  const url = test.url.replace(/parley_test_[0-9a-f]+/, name)
  const db = openDatabase(url, () => undefined, 1)
  await expect(assertFit(db)).rejects.toThrow(/DATABASE_URL: the database is in SQL_ASCII, not UTF8/)
  await db.destroy()
  expect(await check(url)).toEqual({ code: 1, said: expect.stringContaining('in SQL_ASCII, not UTF8') })
  expect(await check(test.url)).toEqual({ code: 0, said: '' })
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
  await test.drop()
}, 30_000)

it('one that is too old is refused, and one that does not answer is left to the start', async () => {
  const of = (version: string, number: number) => unfitness({ encoding: 'UTF8', version, number })
  expect(of('14.19', 140_019)).toBe('DATABASE_URL: PostgreSQL 14.19 is too old, 15 or newer is needed')
  expect(of('15.0', 150_000)).toBeNull()
  expect(unfitness({ encoding: 'LATIN1', version: '9.6', number: 90_600 })).toMatch(/too old.*LATIN1/)
  expect(await unfitnessOf('postgres://p@127.0.0.1:1/p')).toBeNull()
})
