import type { types } from 'mediasoup'
import { RTCPeerConnection } from 'werift'
import { startWorker, within } from './answer-check.ts'

const HANDSHAKE_MS = 10_000

/**
 * Lets a real WebRTC client make its DTLS handshake with the worker at `workerBin`, on loopback. A worker that is linked with
 * a libssl it does not fit dies exactly here, and at no earlier check.
 */
export async function checkHandshake(workerBin: string): Promise<void> {
  const worker = await startWorker(workerBin)
  const client = new RTCPeerConnection({ iceServers: [], iceUseIpv6: false })
  try {
    const died = new Promise<never>((_, reject) => {
      worker.on('died', (error) =>
        reject(new Error('The media worker died in its first handshake', { cause: error })),
      )
    })
    const connected = Promise.race([shakeHands(worker, client), died])
    await within(HANDSHAKE_MS, 'The media worker did not finish a DTLS handshake', connected)
  } finally {
    await client.close()
    worker.close()
  }
}

async function shakeHands(worker: types.Worker, client: RTCPeerConnection): Promise<void> {
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
  })
  const listenInfos: types.TransportListenInfo[] = [{ protocol: 'udp', ip: '127.0.0.1' }]
  const transport = await router.createWebRtcTransport({ listenInfos })
  const connected = new Promise<void>((resolve, reject) => {
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') resolve()
      if (state === 'failed') reject(new Error('The DTLS handshake failed'))
    })
  })
  client.addTransceiver('audio', { direction: 'sendonly' })
  await client.setLocalDescription(await client.createOffer())
  await transport.connect({ dtlsParameters: { role: 'client', fingerprints: [clientFingerprint(client)] } })
  await client.setRemoteDescription({
    type: 'answer',
    sdp: answerOf(transport, client.localDescription?.sdp ?? ''),
  })
  await connected
}

function clientFingerprint(client: RTCPeerConnection): types.DtlsFingerprint {
  const found = /a=fingerprint:sha-256 (\S+)/.exec(client.localDescription?.sdp ?? '')
  if (found?.[1] === undefined) throw new Error('The WebRTC client offered no fingerprint')
  return { algorithm: 'sha-256', value: found[1] }
}

/** An answer to the client's offer of one audio line, from the transport's own parameters. */
function answerOf(transport: types.WebRtcTransport, offer: string): string {
  const payload = /m=audio \d+ \S+ (\d+)/.exec(offer)?.[1] ?? '96'
  const codec = new RegExp(`a=rtpmap:${payload} (\\S+)`).exec(offer)?.[1] ?? 'opus/48000/2'
  const mid = /a=mid:(\S+)/.exec(offer)?.[1] ?? '0'
  const { usernameFragment, password } = transport.iceParameters
  const fingerprint = transport.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')
  const candidates = transport.iceCandidates.map(
    ({ foundation, priority, ip, port }) =>
      `a=candidate:${foundation} 1 udp ${priority} ${ip} ${port} typ host`,
  )
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    'a=ice-lite',
    `m=audio 7 UDP/TLS/RTP/SAVPF ${payload}`,
    'c=IN IP4 127.0.0.1',
    `a=mid:${mid}`,
    'a=recvonly',
    'a=rtcp-mux',
    `a=rtpmap:${payload} ${codec}`,
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value ?? ''}`,
    'a=setup:passive',
    ...candidates,
    'a=end-of-candidates',
    '',
  ].join('\r\n')
}
