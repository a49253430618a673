import { execFile } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { silentLog } from '../log.ts'
import { type HangingDisk, hangingDisk } from '../testing/hanging-disk.ts'
import { startHarness, testConfig, twoSeats } from '../testing/node-harness.ts'
import { RecordedRoom } from '../testing/recorded-room.ts'
import { until } from '../testing/until.ts'
import { JOURNAL_FILE } from './journal.ts'

let disk: HangingDisk
beforeEach(async () => {
  disk = await hangingDisk('write', 'datasync')
})
afterEach(() => disk.end())

it('is a hole that is told, for which no more than a bound is held, and recording goes on when it answers', async () => {
  const room = await RecordedRoom.create()
  const camera = room.sends('v', 'cam')
  await room.apply(twoSeats({ recording: 'on' }))
  const before = camera.send(10)
  await until(async () => (await room.written(camera)).length === 10)
  disk.hang()
  const meanwhile: number[] = []
  await until(() => {
    meanwhile.push(...camera.send(1))
    return room.told('recordingFailed').length === 1
  })
  for (let n = 0; n < 20; n++) meanwhile.push(...camera.send(10))
  disk.letGo()
  await until(() => camera.send(1).length === 1 && room.told('recordingWhole').length === 1, 20_000)
  const after = camera.send(10)
  await room.recorder.close('done')
  expect(room.told('recordingFailed')).toMatchObject([{ reason: 'notWritten' }])
  const written = new Set(await room.written(camera))
  expect([...before, ...after].filter((number) => !written.has(number))).toEqual([])
  // A picture has 100 kB: 2 MB, what comes until that is looked at, and what waits behind it.
  const held = meanwhile.filter((number) => written.has(number)).length
  expect(held).toBeLessThan(80)
  expect(meanwhile.length).toBeGreaterThan(200)
  await room.end()
}, 40_000)

it('keeps nobody from being paused, recorded again or from hanging up', async () => {
  const node = await startHarness()
  const roomId = 'hanging'
  let rev = 0
  const apply = (recording: 'on' | 'off' | 'paused') =>
    node.client.request('room.apply', { roomId, rev: ++rev, spec: twoSeats({ recording }) })
  const opened = () => node.facts.filter(({ fact }) => fact.type === 'segmentOpened').length
  await apply('off')
  const [visitor, agent] = [await node.join(roomId, 'v'), await node.join(roomId, 'a')]
  await visitor.sendMic()
  await agent.sendMic({ voice: 1 })
  disk.hang()
  for (const recording of ['on', 'off', 'paused', 'on'] as const) await apply(recording)
  disk.letGo()
  await until(() => opened() === 2)
  disk.hang()
  for (const recording of ['off', 'on', 'paused', 'on'] as const) await apply(recording)
  const closed = node.client.request('room.close', { roomId, reason: 'done' })
  await until(async () => {
    const { rooms } = await node.client.request('inventory', {})
    return rooms.every(({ seats }) => seats.length === 0)
  })
  disk.letGo()
  await closed
  await node.fact('roomFinalised', (it) => it.roomId === roomId)
  await node.stop()
}, 40_000)

it('makes a node that starts say what it waits for, once, and start when it answers', async () => {
  const config = await testConfig()
  const folder = join(config.recordingsDir, 'silent')
  await mkdir(folder, { recursive: true })
  // Who opens it for reading waits until somebody writes.
  await promisify(execFile)('mkfifo', [join(folder, JOURNAL_FILE)])
  const told: unknown[][] = []
  const log = { ...silentLog, error: (...words: unknown[]) => void told.push(words) }
  let started = false
  const starting = startHarness(config, { log }).finally(() => (started = true))
  await until(() => told.length > 0)
  expect([started, told]).toEqual([
    ...[false, [[{ folder: config.recordingsDir }, expect.stringContaining('waits for the disk')]]],
  ])
  await (await open(join(folder, JOURNAL_FILE), 'w')).close()
  const node = await starting
  expect(told).toHaveLength(1)
  await node.stop()
}, 40_000)
