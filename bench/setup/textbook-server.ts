/** The reference: a signalling server as mediasoup's documentation walks through it, one request for each step. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as mediasoup from 'mediasoup'
import type { types } from 'mediasoup'
import { Server, type Socket } from 'socket.io'
import { routerCodecs } from '../../sfu/room/codecs.ts'

type Peer = { transports: Map<string, types.WebRtcTransport>; consumers: Map<string, types.Consumer> }
type Input = {
  transportId: string
  consumerId: string
  kind: types.MediaKind
  first: boolean
  rtpParameters: types.RtpParameters
  rtpCapabilities: types.RtpCapabilities
  dtlsParameters: types.DtlsParameters
}

export type TextbookServer = { port: number; stop(): Promise<void> }

export async function startTextbook(page: string, workerBin: string | undefined): Promise<TextbookServer> {
  const worker = await mediasoup.createWorker({ logLevel: 'none', workerBin })
  const router = await worker.createRouter({ mediaCodecs: routerCodecs })
  let speaking: types.Producer | null = null

  const steps = (peer: Peer): Record<string, (input: Input) => Promise<unknown>> => ({
    capabilities: async () => router.rtpCapabilities,
    createTransport: async () => {
      const listenInfos = [{ protocol: 'udp' as const, ip: '127.0.0.1' }]
      const transport = await router.createWebRtcTransport({ listenInfos })
      peer.transports.set(transport.id, transport)
      const { id, iceParameters, iceCandidates, dtlsParameters } = transport
      return { id, iceParameters, iceCandidates, dtlsParameters }
    },
    connect: async ({ transportId, dtlsParameters }) => {
      await peer.transports.get(transportId)?.connect({ dtlsParameters })
    },
    produce: async ({ transportId, kind, rtpParameters, first }) => {
      const producer = await peer.transports.get(transportId)?.produce({ kind, rtpParameters })
      if (first) speaking = producer ?? null
      return { id: producer?.id }
    },
    consume: async ({ transportId, rtpCapabilities }) => {
      if (speaking === null) throw new Error('nobody speaks')
      const consumer = await peer.transports
        .get(transportId)
        ?.consume({ producerId: speaking.id, rtpCapabilities, paused: true })
      if (consumer === undefined) throw new Error('no such transport')
      peer.consumers.set(consumer.id, consumer)
      const { id, kind, rtpParameters } = consumer
      return { id, kind, rtpParameters, producerId: speaking.id }
    },
    resume: async ({ consumerId }) => {
      await peer.consumers.get(consumerId)?.resume()
    },
    leave: async () => {
      for (const transport of peer.transports.values()) transport.close()
      peer.transports.clear()
    },
  })

  const http = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  })
  const io = new Server(http, { serveClient: false, transports: ['websocket'] })
  io.on('connection', (socket: Socket) => {
    const handlers = steps({ transports: new Map(), consumers: new Map() })
    socket.on('ask', (name: string, input: Input, done: (answer: unknown) => void) => {
      void handlers[name]?.(input).then(done)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    port: (http.address() as AddressInfo).port,
    async stop() {
      await io.close()
      worker.close()
    },
  }
}
