/** The recording process: a real worker with calls in it, recorded by our recorder, by ffmpeg or by nobody. */
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
import { recordByFfmpeg } from './ffmpeg.ts'
import { payloadType, RATES } from './rtp.ts'
import type { Leg, Medium, Mode, Recording, RigOrder, RigReply } from './words.ts'

const SEATS = ['v', 'a']
const KINDS: Record<Medium, Leg['kind'][]> = { voice: ['audio'], video: ['audio', 'video'] }
/** One producer a track: both sides' microphones, then their cameras. */
type Call = { roomId: string; router: types.Router; producers: types.Producer[] }

let worker: MediaWorker | null = null
let calls: Call[] = []
let folder = ''
let round = 0
let stopRecording: (() => Promise<void>) | null = null

async function open(count: number, medium: Medium): Promise<Leg[]> {
  worker ??= await startWorker()
  const legs: Leg[] = []
  const first = calls.length
  for (let call = first; call < first + count; call++) {
    const router = await worker.worker.createRouter({ mediaCodecs: routerCodecs })
    const made: Call = { roomId: `call-${call}`, router, producers: [] }
    for (const [order, kind] of KINDS[medium].entries()) {
      for (const leg of [0, 1]) {
        const ssrc = 1_000 + call * 4 + order * 2 + leg
        const transport = await plain(router)
        made.producers.push(await produce(transport, { kind, ssrc }))
        legs.push({ call, leg, kind, ssrc, port: transport.tuple.localPort })
      }
    }
    calls.push(made)
  }
  return legs
}

async function startWorker(): Promise<MediaWorker> {
  const port = await freeMediaPorts(1)
  const workerBin = process.env.MEDIASOUP_WORKER_BIN
  return await startMediaWorker({ index: 0, host: '127.0.0.1', port, log: silentLog, workerBin }, () => {
    process.stderr.write('its worker died, or hung\n')
    process.exit(1)
  })
}

const plain = (router: types.Router) =>
  router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
    rtcpMux: true,
    comedia: true,
  })

const produce = (transport: types.PlainTransport, { kind, ssrc }: Pick<Leg, 'kind' | 'ssrc'>) =>
  transport.produce({
    kind,
    rtpParameters: {
      codecs: [
        {
          mimeType: kind === 'audio' ? 'audio/opus' : 'video/VP8',
          payloadType: payloadType({ kind }),
          clockRate: RATES[kind],
          ...(kind === 'audio'
            ? { channels: 2 }
            : { rtcpFeedback: [{ type: 'nack', parameter: 'pli' }, { type: 'nack' }] }),
        },
      ],
      encodings: [{ ssrc }],
    },
  })

async function record(mode: Mode): Promise<Recording> {
  round += 1
  const pids = [process.pid, worker?.pid ?? 0]
  if (mode === 'parley') {
    stopRecording = await recordOurselves()
  } else if (mode === 'ffmpeg') {
    const place = join(folder, `ffmpeg-${round}`)
    const running = await Promise.all(
      calls.map(({ router, producers }, index) =>
        recordByFfmpeg(router, producers, { folder: place, index }),
      ),
    )
    stopRecording = async () => {
      await Promise.all(running.map((one) => one.stop()))
    }
    pids.push(...running.map(({ pid }) => pid))
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
      await recorder.reconcile(spec, [seatOf(producers, 0), seatOf(producers, 1)])
      return recorder
    }),
  )
  return async () => {
    await Promise.all(recorders.map((recorder) => recorder.close('done')))
  }
}

const spec: RoomSpec = twoSeats({ recording: 'on' })

/** As much of a seat as the recorder looks at: what it sends. */
function seatOf(producers: types.Producer[], leg: number): Seat {
  const own = producers.filter((_, index) => index % 2 === leg)
  const seatId = SEATS[leg] ?? 'v'
  const opened = own.map((producer): [OpenProducer['source'], OpenProducer] => {
    const source = producer.kind === 'audio' ? 'mic' : 'cam'
    return [source, { id: producer.id, seatId, epoch: 1, source, kind: producer.kind, producer }]
  })
  const seat: Pick<Seat, 'producers'> = { producers: new Map(opened) }
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

async function obey(order: RigOrder): Promise<unknown> {
  switch (order.do) {
    case 'open':
      folder = order.folder
      return await open(order.calls, order.medium)
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
