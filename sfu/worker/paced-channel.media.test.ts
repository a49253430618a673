import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { types } from 'mediasoup'
import { RtpHeader, RtpPacket } from 'werift'
import { median } from '../recording/capture-clock.ts'
import { readRtp } from '../recording/rtp-packet.ts'
import { silentLog } from '../log.ts'
import { freePorts } from '../testing/node-harness.ts'
import { type MediaWorker, startMediaWorker } from './media-worker.ts'

const OPUS: types.RtpCodecCapability = {
  ...{ kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 111, clockRate: 48_000, channels: 2 },
}
const PACKET_MS = 20

function numbered(number: number): Buffer {
  const payload = Buffer.alloc(80)
  payload.writeUInt32BE(number, 0)
  return payload
}

describe('what a media worker says while something is recorded', () => {
  let worker: MediaWorker
  let consumer: types.Consumer
  const socket = createSocket('udp4')
  let sending: NodeJS.Timeout
  let number = 0

  beforeAll(async () => {
    const workerBin = process.env.MEDIASOUP_WORKER_BIN
    const port = await freePorts()
    worker = await startMediaWorker(
      { index: 0, host: '127.0.0.1', port, workerBin, log: silentLog },
      () => {},
    )
    const router = await worker.worker.createRouter({ mediaCodecs: [OPUS] })
    const plain = await router.createPlainTransport({ listenIp: '127.0.0.1', comedia: true })
    const { rtpCapabilities } = router
    const codecs = [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }]
    const producer = await plain.produce({
      kind: 'audio',
      rtpParameters: { codecs, encodings: [{ ssrc: 1 }] },
    })
    const direct = await router.createDirectTransport()
    consumer = await direct.consume({ producerId: producer.id, rtpCapabilities })
    sending = setInterval(() => {
      number += 1
      const header = new RtpHeader({
        payloadType: 111,
        ssrc: 1,
        sequenceNumber: number,
        timestamp: number * 960,
      })
      socket.send(new RtpPacket(header, numbered(number)).serialize(), plain.tuple.localPort, '127.0.0.1')
    }, PACKET_MS)
    worker.gather()
    await once(consumer, 'rtp')
  }, 20_000)
  afterAll(async () => {
    clearInterval(sending)
    socket.close()
    worker.close()
  })

  it('is read by the handful', async () => {
    const came: number[] = []
    const note = () => came.push(performance.now())
    consumer.on('rtp', note)
    while (came.length < 100) await once(consumer, 'rtp')
    consumer.off('rtp', note)
    const handfuls = came.filter((at, index) => at - (came[index - 1] ?? 0) > PACKET_MS / 2).length
    // Of five each; read as they come, each were one by itself.
    expect(handfuls).toBeLessThan(40)
  })

  it('is read at once by who has asked', async () => {
    const took: number[] = []
    for (let asked = 0; asked < 15; asked++) {
      await once(consumer, 'rtp')
      // The rest that follows has begun, and is far from over.
      await delay(PACKET_MS)
      const began = performance.now()
      await worker.worker.getResourceUsage()
      took.push(performance.now() - began)
    }
    expect(median(took)).toBeLessThan(30)
  })

  it('is heard to its end by who waits for that', async () => {
    let newest = 0
    consumer.on('rtp', (packet) => {
      newest = readRtp(packet)?.payload.readUInt32BE(0) ?? 0
    })
    await once(consumer, 'rtp')
    await delay(3 * PACKET_MS)
    clearInterval(sending)
    // The worker has the last one by then.
    await delay(PACKET_MS)
    await worker.heard()
    expect(newest).toBe(number)
  })
})
