/** The recording process: a real worker with calls in it, recorded by our recorder, by ffmpeg or by nobody. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { types } from 'mediasoup'
import { freeMediaPorts } from '../../scripts/test-env.ts'
import { nodeNow } from '../../sfu/clock.ts'
import type { RoomSpec } from '../../sfu/control/contract.ts'
import { silentLog } from '../../sfu/log.ts'
import { Flusher } from '../../sfu/recording/flusher.ts'
import { RoomRecorder } from '../../sfu/recording/room-recorder.ts'
import { routerCodecs } from '../../sfu/room/codecs.ts'
import type { RoomContext } from '../../sfu/room/room-context.ts'
import type { OpenProducer, Seat } from '../../sfu/room/seat.ts'
import { twoSeats } from '../../sfu/testing/node-harness.ts'
import { type MediaWorker, startMediaWorker } from '../../sfu/worker/media-worker.ts'
import type { Leg, Mode, Recording, RigOrder, RigReply } from './words.ts'

const SEATS = ['v', 'a']
/** Below the range that the system hands out by itself. */
const FFMPEG_PORTS = 25_000
type Call = { roomId: string; router: types.Router; producers: types.Producer[] }

let worker: MediaWorker | null = null
let calls: Call[] = []
let folder = ''
let round = 0
let stopRecording: (() => Promise<void>) | null = null

async function open(count: number): Promise<Leg[]> {
  const port = await freeMediaPorts(1)
  const workerBin = process.env.MEDIASOUP_WORKER_BIN
  worker = await startMediaWorker({ index: 0, host: '127.0.0.1', port, log: silentLog, workerBin }, () =>
    process.exit(1),
  )
  const legs: Leg[] = []
  for (let call = 0; call < count; call++) {
    const router = await worker.worker.createRouter({ mediaCodecs: routerCodecs })
    const made: Call = { roomId: `call-${call}`, router, producers: [] }
    for (const leg of [0, 1]) {
      const ssrc = 1_000 + call * 2 + leg
      const transport = await plain(router, { comedia: true })
      made.producers.push(await produce(transport, ssrc))
      legs.push({ call, leg, ssrc, port: transport.tuple.localPort })
    }
    calls.push(made)
  }
  return legs
}

const plain = (router: types.Router, options: { comedia: boolean }) =>
  router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' }, rtcpMux: true, ...options })

const produce = (transport: types.PlainTransport, ssrc: number) =>
  transport.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc }],
    },
  })

async function record(mode: Mode): Promise<Recording> {
  round += 1
  const pids = [process.pid, worker?.pid ?? 0]
  if (mode === 'parley') {
    stopRecording = await recordOurselves()
  } else if (mode === 'ffmpeg') {
    const running = await Promise.all(calls.map((call, index) => recordByFfmpeg(call, index)))
    stopRecording = async () => {
      await Promise.all(running.map((one) => one.stop()))
    }
    pids.push(...running.map((one) => one.child.pid ?? 0))
  }
  return { pids }
}

async function recordOurselves(): Promise<() => Promise<void>> {
  const flusher = new Flusher((error) => {
    throw error
  })
  const recordingsDir = join(folder, `parley-${round}`)
  const recorders = await Promise.all(
    calls.map(async ({ roomId, router, producers }) => {
      const recorder = new RoomRecorder(contextOf(roomId, router), {
        recordingsDir,
        bootId: 'bench',
        flusher,
        disk: { full: false, failed: () => false, onChange: () => () => undefined },
      })
      await recorder.reconcile(spec, producers.map(seatOf))
      return recorder
    }),
  )
  return async () => {
    await Promise.all(recorders.map((recorder) => recorder.close('done')))
  }
}

const spec: RoomSpec = twoSeats({ recording: 'on' })

/** As much of a seat as the recorder looks at: what it sends. */
function seatOf(producer: types.Producer, index: number): Seat {
  const seatId = SEATS[index] ?? 'v'
  const opened: OpenProducer = { id: producer.id, seatId, epoch: 1, source: 'mic', kind: 'audio', producer }
  const seat: Pick<Seat, 'producers'> = { producers: new Map([['mic', opened]]) }
  return seat as Seat
}

function contextOf(roomId: string, router: types.Router): RoomContext {
  if (worker === null) throw new Error('no worker')
  return {
    ...{ roomId, router, worker, installationId: 'bench', log: silentLog },
    isAlive: () => true,
    serverNow: nodeNow,
    fact: () => undefined,
    notice: () => undefined,
  }
}

/** The usual way: a PlainTransport each leg towards ffmpeg, which writes what it gets unchanged. */
async function recordByFfmpeg({ router, producers, roomId }: Call, index: number) {
  const place = join(folder, `ffmpeg-${round}`)
  mkdirSync(place, { recursive: true })
  const legs = await Promise.all(producers.map((producer) => towardsFfmpeg(router, producer)))
  const port = FFMPEG_PORTS + index * 4
  const media = legs.map(({ consumer }, leg) => [
    `m=audio ${port + leg * 2} RTP/AVP ${consumer.rtpParameters.codecs[0]?.payloadType}`,
    'c=IN IP4 127.0.0.1',
    `a=rtpmap:${consumer.rtpParameters.codecs[0]?.payloadType} opus/48000/2`,
  ])
  const sdp = join(place, `${roomId}.sdp`)
  writeFileSync(sdp, ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 't=0 0', ...media.flat(), ''].join('\r\n'))
  const child = startFfmpeg(sdp, join(place, `${roomId}.mka`))
  for (const [leg, { transport, consumer }] of legs.entries()) {
    await transport.connect({ ip: '127.0.0.1', port: port + leg * 2, rtcpPort: port + leg * 2 + 1 })
    await consumer.resume()
  }
  const stop = async () => {
    for (const { transport } of legs) transport.close()
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    await ended
  }
  return { child, stop }
}

async function towardsFfmpeg(router: types.Router, producer: types.Producer) {
  const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const
  const transport = await router.createPlainTransport({ listenInfo, rtcpMux: false, comedia: false })
  const { rtpCapabilities } = router
  return {
    transport,
    consumer: await transport.consume({ producerId: producer.id, rtpCapabilities, paused: true }),
  }
}

function startFfmpeg(sdp: string, file: string): ChildProcess {
  const input = ['-protocol_whitelist', 'file,udp,rtp', '-i', sdp]
  const output = ['-map', '0', '-c', 'copy', '-y', file]
  const child = spawn('ffmpeg', ['-nostdin', '-loglevel', 'error', ...input, ...output], { stdio: 'ignore' })
  child.on('error', (error) => {
    throw error
  })
  return child
}

async function obey(order: RigOrder): Promise<unknown> {
  switch (order.do) {
    case 'open':
      folder = order.folder
      return await open(order.calls)
    case 'record':
      return await record(order.mode)
    case 'stop':
      await stopRecording?.()
      stopRecording = null
      return null
  }
}

process.on('message', (order: RigOrder) => {
  obey(order).then(
    (result) => process.send?.({ ok: true, result } satisfies RigReply),
    (error: unknown) => process.send?.({ ok: false, error: String(error) } satisfies RigReply),
  )
})
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
process.on('exit', () => {
  calls = []
  worker?.close()
})
process.send?.({ ok: true, result: 'ready' } satisfies RigReply)
