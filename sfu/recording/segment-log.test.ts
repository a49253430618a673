import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { RoomContext } from '../room/room-context.ts'
import type { OpenProducer } from '../room/seat.ts'
import { codedOpus } from '../testing/coded-media.ts'
import { type HangingDisk, hangingDisk } from '../testing/hanging-disk.ts'
import { Flusher } from './flusher.ts'
import { Journal, readJournal } from './journal.ts'
import { SegmentLog } from './segment-log.ts'
import { AudioSegment } from './segment.ts'

let folder: string
let disk: HangingDisk
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'segments-'))
  disk = await hangingDisk('write')
})
afterEach(async () => {
  disk.end()
  await rm(folder, { recursive: true })
})

it('has its line in the journal on the disk before there is anything to be killed with', async () => {
  const journal = await Journal.open(join(folder, 'journal'))
  const flusher = new Flusher(() => undefined)
  const context = { roomId: 'room', serverNow: Date.now, fact: () => undefined } as unknown as RoomContext
  const producer = { seatId: 'v', epoch: 1, source: 'mic', kind: 'audio' } as OpenProducer
  const place = { folder, journal, flusher }
  const log = new SegmentLog({ context, producer, role: 'visitor', aside: false, place }, 48_000)
  disk.hang()
  let opened = false
  const opening = log
    .ensure((at) => AudioSegment.create(at, 0), { failed: () => undefined, written: () => undefined })
    .finally(() => {
      opened = true
    })
  while (!(await readdir(folder)).some((name) => name.endsWith('.webm'))) await turn()
  for (let n = 0; n < 20; n++) await turn()
  expect(opened).toBe(false)
  disk.letGo()
  const segment = (await opening) as AudioSegment
  expect((await readJournal(join(folder, 'journal'))).map(({ t }) => t)).toEqual(['open'])
  segment.add(codedOpus(0), 0, 30)
  await log.close('done')
  await journal.close()
})

const turn = () => new Promise((resolve) => setImmediate(resolve))
