/** A camera comes in several sizes, of which there are more or fewer as the way bears: what is recorded of it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import * as mediasoup from 'mediasoup'
import type { types } from 'mediasoup'
import { nodeNow } from '../clock.ts'
import { silentLog } from '../log.ts'
import { routerCodecs } from '../room/codecs.ts'
import type { RoomContext } from '../room/room-context.ts'
import type { Seat } from '../room/seat.ts'
import { readCodedVp8 } from '../testing/coded-media.ts'
import { LayeredCamera } from '../testing/layered-camera.ts'
import { twoSeats, until } from '../testing/node-harness.ts'
import { readWebm } from '../testing/webm-reader.ts'
import { finaliseFolder } from './finalise.ts'
import { Flusher } from './flusher.ts'
import { JOURNAL_FILE, readJournal } from './journal.ts'
import { RoomRecorder } from './room-recorder.ts'

let worker: types.Worker
let ntpOffset = 0
let folder: string
beforeAll(async () => {
  worker = await mediasoup.createWorker({ logLevel: 'warn', workerBin: process.env.MEDIASOUP_WORKER_BIN })
  ntpOffset = Date.now() - nodeNow()
  folder = await mkdtemp(join(tmpdir(), 'layers-'))
}, 20_000)
afterAll(async () => {
  worker.close()
  await rm(folder, { recursive: true, force: true })
})

function recorderOf(router: types.Router): RoomRecorder {
  const context: RoomContext = {
    ...{ roomId: 'room', router, installationId: 'test', log: silentLog },
    worker: { ntpOffset, gather: () => () => undefined, heard: async () => undefined } as Partial<
      RoomContext['worker']
    > as RoomContext['worker'],
    isAlive: () => true,
    serverNow: nodeNow,
    fact: () => undefined,
    notice: () => undefined,
  }
  return new RoomRecorder(context, {
    ...{ recordingsDir: folder, bootId: 'test' },
    flusher: new Flusher((error) => {
      throw error
    }),
    disk: { full: false, failed: () => false, onChange: () => () => undefined },
  })
}

function seatWith({ producer }: LayeredCamera): Seat {
  const open = { id: producer.id, seatId: 'v', epoch: 1, source: 'cam', kind: 'video', producer } as const
  const seat: Pick<Seat, 'producers'> = { producers: new Map([['cam', open]]) }
  return seat as Seat
}

const sizesSoFar = async () =>
  (await readJournal(join(folder, 'room', JOURNAL_FILE))).flatMap((line) =>
    line.t === 'size' ? [{ at: line.at, size: `${line.width}x${line.height}` }] : [],
  )
/** Waits until pictures of this size are written. */
const written = (size: string) => until(async () => (await sizesSoFar()).at(-1)?.size === size, 8000, size)

it('is the largest size there is, in one file that tells each change and keeps true time through it', async () => {
  const router = await worker.createRouter({ mediaCodecs: routerCodecs })
  const camera = await LayeredCamera.create(router)
  const recorder = recorderOf(router)
  camera.send(0)
  const lag = monitorEventLoopDelay()
  lag.enable()
  await recorder.reconcile(twoSeats({ recording: 'on' }), [seatWith(camera)])
  await written('320x180')
  camera.send(0, 1, 2)
  await written('1280x720')
  const largestAt = Date.now()
  // Long enough for the clock of the new size to be known.
  await until(() => Date.now() > largestAt + 2000)
  camera.send(0, 1)
  await written('640x360')
  const smallerAt = Date.now()
  await until(() => Date.now() > smallerAt + 2000)
  camera.stop()
  await recorder.close('done')

  const sizes = await sizesSoFar()
  const finalised = await finaliseFolder(join(folder, 'room'))
  const [video, ...others] = finalised?.index.video ?? []
  if (finalised === null || video === undefined) throw new Error('no pictures')
  expect(others).toEqual([])
  expect(video).toMatchObject({ width: 1280, height: 720 })
  const pictures: { number: number; atMs: number; key: boolean; size: string }[] = []
  for await (const { data, atMs, key } of readWebm(join(folder, 'room', video.file))) {
    const head = Buffer.from(data)
    const size = key ? `${head.readUInt16LE(6)}x${head.readUInt16LE(8)}` : (pictures.at(-1)?.size ?? '')
    pictures.push({ number: readCodedVp8(data), atMs, key, size })
  }
  // Every change begins with a whole picture and is told where it is.
  const changes = pictures.filter(({ size }, at) => size !== pictures[at - 1]?.size)
  expect(changes.every(({ key }) => key)).toBe(true)
  expect(changes.map(({ size }) => size)).toEqual(sizes.map(({ size }) => size))
  for (const [index, { atMs }] of changes.entries())
    expect(Math.abs((sizes[index]?.at ?? 0) - atMs)).toBeLessThan(100)
  // Nothing is missing but what the worker took to see that the largest has ended.
  const leaps = pictures.filter(({ number }, at) => number > (pictures[at - 1]?.number ?? number) + 1)
  expect(leaps.map(({ size }) => size)).toEqual(['640x360'])
  const off = pictures.map(
    ({ number, atMs }) =>
      finalised.index.startMs + video.start + atMs - (camera.capturedAt(number) - ntpOffset),
  )
  // What this process was late with its packets and reports counts, too.
  lag.disable()
  expect(Math.max(...off.map(Math.abs))).toBeLessThan(20 + lag.max / 1e6)
}, 40_000)
