/** The usual way to record: a PlainTransport each track towards an ffmpeg, which writes what it gets unchanged. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { types } from 'mediasoup'

/** Below the range that the system hands out by itself. */
const FIRST_PORT = 25_000
/** Two of each of the tracks that a call has at most. */
const PORTS_A_CALL = 8
/** It looks at its input for five seconds at most before it writes. */
const BEGINS_MS = 60_000

/** It is no part of Parley, and not everywhere. */
export const hasFfmpeg = () => spawnSync('ffmpeg', ['-version']).status === 0

type Track = { transport: types.PlainTransport; consumer: types.Consumer }

/** Resolves once it writes. `index`: of the call. */
export async function recordByFfmpeg(
  router: types.Router,
  producers: readonly types.Producer[],
  { folder, index }: { folder: string; index: number },
): Promise<{ pid: number; stop(): Promise<void> }> {
  mkdirSync(folder, { recursive: true })
  const tracks = await Promise.all(producers.map((producer) => towardsFfmpeg(router, producer)))
  const port = (track: number) => FIRST_PORT + index * PORTS_A_CALL + track * 2
  const sdp = join(folder, `call-${index}.sdp`)
  writeFileSync(sdp, describe(tracks, port))
  const file = join(folder, `call-${index}.mkv`)
  const child = startFfmpeg(sdp, file)
  for (const [track, { transport, consumer }] of tracks.entries()) {
    await transport.connect({ ip: '127.0.0.1', port: port(track), rtcpPort: port(track) + 1 })
    await consumer.resume()
  }
  await untilWrites(file, child, tracks)
  const stop = async () => {
    for (const { transport } of tracks) transport.close()
    if (hasEnded(child)) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    await ended
  }
  return { pid: child.pid ?? 0, stop }
}

async function towardsFfmpeg(router: types.Router, producer: types.Producer): Promise<Track> {
  const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const
  const transport = await router.createPlainTransport({ listenInfo, rtcpMux: false, comedia: false })
  const { rtpCapabilities } = router
  return {
    transport,
    consumer: await transport.consume({ producerId: producer.id, rtpCapabilities, paused: true }),
  }
}

function describe(tracks: Track[], port: (track: number) => number): string {
  const media = tracks.flatMap(({ consumer }, track) => {
    const type = consumer.rtpParameters.codecs[0]?.payloadType
    return [
      `m=${consumer.kind} ${port(track)} RTP/AVP ${type}`,
      'c=IN IP4 127.0.0.1',
      `a=rtpmap:${type} ${consumer.kind === 'audio' ? 'opus/48000/2' : 'VP8/90000'}`,
    ]
  })
  return ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 't=0 0', ...media, ''].join('\r\n')
}

function startFfmpeg(sdp: string, file: string): ChildProcess {
  const input = ['-protocol_whitelist', 'file,udp,rtp', '-i', sdp]
  const output = ['-map', '0', '-c', 'copy', '-y', file]
  return spawn('ffmpeg', ['-nostdin', '-loglevel', 'error', ...input, ...output], { stdio: 'ignore' })
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/** It does not ask for keyframes, and knows no picture's size before it has one. */
async function untilWrites(file: string, child: ChildProcess, tracks: Track[]): Promise<void> {
  const deadline = performance.now() + BEGINS_MS
  while (!existsSync(file)) {
    if (hasEnded(child) || performance.now() > deadline) throw new Error('ffmpeg did not begin to write')
    for (const { consumer } of tracks) if (consumer.kind === 'video') await consumer.requestKeyFrame()
    await delay(200)
  }
}
