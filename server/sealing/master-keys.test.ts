import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { masterKeys } from './master-keys.ts'

it('made by several at once it is one key for all, whatever their process numbers', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-keys-'))
  const made = await Promise.all(Array.from({ length: 8 }, () => masterKeys({ dataDir })))
  expect(new Set(made.map(({ active }) => active)).size).toBe(1)
  expect(await readdir(path.join(dataDir, 'keys'))).toEqual(['recordings.json'])
  await rm(dataDir, { recursive: true })
})
