import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { eraseStrays, removeOldStrays, setAside } from './strays.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-strays-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const DAY_MS = 86_400_000
const now = Date.UTC(2026, 10, 29, 21, 5, 7)
const moment = '2026-11-29T21-05-07Z'
const strays = (...names: string[]) => path.join(dataDir, 'strays', ...names)
async function lay(...names: string[]): Promise<void> {
  await mkdir(path.join(dataDir, ...names), { recursive: true })
  await writeFile(path.join(dataDir, ...names, 'audio.webm'), names.join(' '))
}

it('what is set aside lies whole in a folder of that moment, for nobody else to read', async () => {
  await lay('vault', 'call', 'attempt')
  expect(await setAside(dataDir, 'vault', path.join('call', 'attempt'), now)).toBe(true)
  expect(await readdir(path.join(dataDir, 'vault', 'call'))).toEqual([])
  const file = strays(moment, 'vault', 'call', 'attempt', 'audio.webm')
  expect(await readFile(file, 'utf8')).toBe('vault call attempt')
  expect((await stat(strays())).mode & 0o777).toBe(0o700)
  // Another server was there first.
  expect(await setAside(dataDir, 'vault', path.join('call', 'attempt'), now)).toBe(false)
})

it('an erasure finds it there, and leaves what is of others', async () => {
  for (const call of ['one', 'two']) {
    await lay('vault', call)
    await setAside(dataDir, 'vault', call, now)
  }
  await eraseStrays(dataDir, 'vault', 'one')
  expect(await readdir(strays(moment, 'vault'))).toEqual(['two'])
})

it('goes after seven days, and nothing that somebody else has put there', async () => {
  await lay('recordings', 'call')
  await setAside(dataDir, 'recordings', 'call', now)
  await mkdir(strays('0-mine'))
  await removeOldStrays(dataDir, now + 7 * DAY_MS)
  expect((await readdir(strays())).sort()).toEqual(['0-mine', moment])
  await removeOldStrays(dataDir, now + 7 * DAY_MS + 1_000)
  expect(await readdir(strays())).toEqual(['0-mine'])
})
