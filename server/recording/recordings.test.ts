import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createRecordings, type Recordings } from './recordings.ts'

let dataDir: string
let recordings: Recordings
const callId = '019a0000-0000-7000-8000-000000000001'
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-recordings-'))
  recordings = createRecordings({ config: { dataDir } })
})
afterAll(() => rm(dataDir, { recursive: true }))

it('gives the files that the index names, from byte to byte, and nothing else that lies there', async () => {
  expect(await recordings.index(callId)).toBeNull()
  expect(await recordings.open(callId, 'audio.webm')).toBeNull()
  const folder = path.join(dataDir, 'recordings', callId)
  await mkdir(folder, { recursive: true })
  const audio = { bytes: 10, start: 0, durationMs: 5, channels: [], peakMs: 100, peaks: [], filler: [] }
  const index = {
    ...{ version: 1, roomId: callId, startMs: 1, endMs: 6, holes: [], video: [] },
    ...{ audio: { file: 'audio.webm', ...audio }, further: [{ file: 'audio-1.webm', ...audio }] },
  }
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(index))
  for (const name of ['audio.webm', 'manifest.jsonl']) await writeFile(path.join(folder, name), '0123456789')
  expect(await recordings.index(callId)).toEqual(index)
  const file = await recordings.open(callId, 'audio.webm')
  const read = async (...range: [number?, number?]) =>
    Buffer.concat((await file?.read(...range).toArray()) ?? []).toString()
  expect([file?.size, await read(), await read(2, 5), await read(8), await read(4, 4)]).toEqual([
    ...[10, '0123456789', '234', '89', ''],
  ])
  for (const none of ['audio-1.webm', 'manifest.jsonl', '../x', '']) {
    expect(await recordings.open(callId, none)).toBeNull()
  }
  await recordings.erase(callId)
  await recordings.erase(callId)
  expect(await recordings.index(callId)).toBeNull()
})
