import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { pino } from 'pino'
import { finaliseFolder } from './finalise.ts'
import { Finaliser } from './finaliser.ts'
import { Journal, JOURNAL_FILE } from './journal.ts'
import { ReplayIndex } from '../control/replay-index.ts'
import { Unreadable } from './raw-reader.ts'
import { RawRecording } from '../testing/raw-recording.ts'
import { readJoined } from '../testing/read-replay.ts'
import { ANNOUNCED_FILE, AUDIO_FILE, INDEX_FILE, segmentFile, TAKEN_FILE } from './paths.ts'

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

/** Files that this process holds open there. */
async function openIn(folder: string): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
  return (await Promise.all(links)).filter((path) => path.startsWith(folder))
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

it('a raw file that the disk does not give is a hole of its track in the end, told once, and keeps nothing else waiting', async () => {
  const folder = join(recordingsDir, 'torn')
  await mkdir(folder)
  const raw = await RawRecording.begin('torn', { folder })
  await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 10 })
  const lost = [
    await raw.sound({ seat: 'a', role: 'agent', begins: 2_000, seconds: 4, voice: 1 }),
    await raw.pictures({ seat: 'a', role: 'agent', begins: 3_000, seconds: 2 }),
  ]
  for (const [index, seg] of lost.entries())
    raw.note({ t: 'close', seg, node: 6_000 - index * 1_000, reason: 'ended' })
  raw.note({ t: 'sealed', installationId: 'i' })
  await raw.end()
  for (const id of lost) {
    await rm(segmentFile(folder, id))
    // At its beginning there is no memory to read.
    await symlink('/proc/self/mem', segmentFile(folder, id))
  }
  await expect(finaliseFolder(folder)).rejects.toThrow(Unreadable)
  expect(await openIn(folder)).toEqual([])
  await taken('untold', [])
  const { finaliser, told, faults } = finaliserOf()
  await finaliser.start()
  await until(() => told.includes('untold'))
  expect(faults.every((line) => line.includes('EIO'))).toBe(true)
  await until(() => told.includes('torn'))
  await finaliser.stop()
  for (const id of lost)
    expect(faults.filter((line) => line.includes(id) && line.includes('left out'))).toHaveLength(1)
  const index = ReplayIndex.parse(JSON.parse(await readFile(join(folder, INDEX_FILE), 'utf8')))
  const track = (source: string) => ({ seatId: 'a', role: 'agent', source })
  const near = (ms: number) => Math.round(ms / 10) * 10
  expect(index.holes.map((hole) => ({ ...hole, from: near(hole.from), to: near(hole.to) }))).toEqual([
    { from: 3_000, to: 5_000, reason: 'unreadable', track: track('cam') },
    { from: 2_000, to: 6_000, reason: 'unreadable', track: track('mic') },
  ])
  const { sides } = await readJoined(join(folder, AUDIO_FILE))
  expect([sides[0].length, sides[1], index.video]).toEqual([500, [], []])
})

it('keeps nobody from talking where the disk does not tell whether the room was closed', async () => {
  const { finaliser, faults } = finaliserOf()
  const journal = join(recordingsDir, 'silent', JOURNAL_FILE)
  await mkdir(join(recordingsDir, 'silent'))
  // Who opens it for reading waits until somebody writes.
  await promisify(execFile)('mkfifo', [journal])
  await finaliser.assertOpen('silent')
  await mkdir(join(recordingsDir, 'broken', JOURNAL_FILE), { recursive: true })
  await finaliser.assertOpen('broken')
  await (await open(journal, 'w')).close()
  expect(faults).toHaveLength(2)
})
