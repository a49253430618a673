import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { Finaliser } from './finaliser.ts'
import { Journal } from './journal.ts'
import { ANNOUNCED_FILE, TAKEN_FILE } from './paths.ts'

let recordingsDir: string
beforeEach(async () => {
  recordingsDir = await mkdtemp(join(tmpdir(), 'finaliser-'))
})
afterEach(() => rm(recordingsDir, { recursive: true }))

/** What is left of a room whose finalised files a server has taken. */
async function taken(roomId: string, files: string[]): Promise<void> {
  const folder = join(recordingsDir, roomId)
  await mkdir(folder)
  const journal = await Journal.open(join(folder, 'manifest.jsonl'))
  journal.write({ t: 'start', boot: 'b', installationId: 'i', roomId, node: 0 })
  journal.write({ t: 'sealed', installationId: 'i' })
  await journal.close()
  for (const name of [TAKEN_FILE, ...files]) await writeFile(join(folder, name), '')
}

it('makes nothing anew of what a server has taken, tells of it if nobody has noted it, and lets the room in no more', async () => {
  await taken('told', [ANNOUNCED_FILE])
  await taken('untold', [])
  const told: string[] = []
  const faults: string[] = []
  const finaliser = new Finaliser({
    ...{
      recordingsDir,
      isLive: () => false,
      graceMs: 0,
      log: pino({ level: 'warn' }, { write: (line: string) => faults.push(line) }),
    },
    onFinalised: (_installation, roomId) => told.push(roomId),
  })
  await finaliser.start()
  // Closed once more, as by a server that has not heard of its end.
  finaliser.ended('untold', 'i', true)
  await expect(finaliser.assertOpen('told')).rejects.toThrow('closed')
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  await finaliser.stop()
  expect([told, faults]).toEqual([['untold', 'untold'], []])
  expect((await readdir(join(recordingsDir, 'untold'))).sort()).toEqual(['manifest.jsonl', TAKEN_FILE])
})
