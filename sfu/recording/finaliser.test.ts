import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { Finaliser } from './finaliser.ts'
import { Journal, JOURNAL_FILE } from './journal.ts'
import { ANNOUNCED_FILE, TAKEN_FILE } from './paths.ts'

let recordingsDir: string
beforeEach(async () => {
  recordingsDir = await mkdtemp(join(tmpdir(), 'finaliser-'))
})
afterEach(() => rm(recordingsDir, { recursive: true }))

async function sealedJournal(roomId: string): Promise<void> {
  const journal = await Journal.open(join(recordingsDir, roomId, JOURNAL_FILE))
  journal.write({ t: 'start', boot: 'b', installationId: 'i', roomId, node: 0 })
  journal.write({ t: 'sealed', installationId: 'i' })
  await journal.close()
}

/** What is left of a room whose finalised files a server has taken. */
async function taken(roomId: string, files: string[]): Promise<void> {
  const folder = join(recordingsDir, roomId)
  await mkdir(folder)
  await sealedJournal(roomId)
  for (const name of [TAKEN_FILE, ...files]) await writeFile(join(folder, name), '')
}

const until = async (so: () => boolean): Promise<void> => {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function finaliserOf(isLive = () => false) {
  const told: string[] = []
  const faults: string[] = []
  const finaliser = new Finaliser({
    ...{ recordingsDir, isLive, graceMs: 0, retryMs: 5 },
    log: pino({ level: 'warn' }, { write: (line: string) => faults.push(line) }),
    onFinalised: (_installation, roomId) => told.push(roomId),
  })
  return { finaliser, told, faults }
}

it('makes nothing anew of what a server has taken, tells of it if nobody has noted it, and lets the room in no more', async () => {
  await taken('told', [ANNOUNCED_FILE])
  await taken('untold', [])
  const { finaliser, told, faults } = finaliserOf()
  await finaliser.start()
  // Closed once more, as by a server that has not heard of its end.
  finaliser.ended('untold', 'i', true)
  await expect(finaliser.assertOpen('told')).rejects.toThrow('closed')
  await until(() => told.length === 2)
  await finaliser.stop()
  expect([told, faults]).toEqual([['untold', 'untold'], []])
  expect((await readdir(join(recordingsDir, 'untold'))).sort()).toEqual(['manifest.jsonl', TAKEN_FILE])
})

it('a folder that cannot be read keeps neither the start nor others waiting, and is taken up once it can', async () => {
  const journal = join(recordingsDir, 'unreadable', JOURNAL_FILE)
  await mkdir(journal, { recursive: true })
  await taken('untold', [])
  const { finaliser, told, faults } = finaliserOf()
  await finaliser.start()
  await until(() => told.length === 1)
  expect([told, faults[0]]).toEqual([['untold'], expect.stringContaining('unreadable')])
  await rm(journal, { recursive: true })
  await sealedJournal('unreadable')
  await until(() => told.length === 2)
  await finaliser.stop()
  expect(told).toEqual(['untold', 'unreadable'])
})

it('leaves no replay of what was there before a room came back while it was made', async () => {
  await mkdir(join(recordingsDir, 'back'))
  await sealedJournal('back')
  let looks = 0
  const { finaliser, told } = finaliserOf(() => looks++ > 0)
  await finaliser.start()
  await finaliser.stop()
  expect(looks).toBe(2)
  expect([told, await readdir(join(recordingsDir, 'back'))]).toEqual([[], ['manifest.jsonl']])
})
