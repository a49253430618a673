import type { Transport } from 'mediasoup-client/types'
import type { Quality } from '../../server/quality/quality.ts'
import type { LoopPushes } from '../../server/contract/pushes.ts'
import { loadedDevice } from './device-cache.ts'
import { transportOptions } from './greeting.ts'
import type { Greeting } from './greeting.ts'
import type { CallWire } from './wire.ts'
import { qualityBetween, type Received, receivedFrom, roundTripFrom } from './quality.ts'

/** `heard`: the microphone gave more than a hiss. `unreached`: the server answers, but no sound came through the media node. */
export type LoopResult =
  | { name: 'measured'; quality: Quality; heard: boolean; overTcp: boolean }
  | { name: 'unreached' }

/** Sound must come back within this time, and is then measured for the next. Together well under the 10 s promised. */
const REACH_MS = 4_000
const MEASURE_MS = 5_000
const SAMPLE_MS = 250
/** Root mean square, 0..1, of what is more than the hiss of a microphone. */
const AUDIBLE = 0.005

/**
 * Sends a copy of the track through the media node and back, and measures how it arrives. Nothing is recorded or played.
 * Rejects with the server's refusal (`RequestError`), or with the signal's reason.
 */
export async function testLoop(
  wire: CallWire,
  track: MediaStreamTrack,
  signal: AbortSignal,
): Promise<LoopResult> {
  const greeting = await wire.request('loop.open', {})
  const copy = track.clone()
  copy.enabled = true
  const open: Transport[] = []
  let stop: () => void = () => undefined
  const pushed = new Promise<LoopPushes['loop.consumer']['consumer']>((resolve) => {
    stop = wire.on('loop.consumer', ({ loopId, consumer }) => {
      if (loopId === greeting.loopId) resolve(consumer)
    })
  })
  try {
    const device = await loadedDevice(greeting.rtpCapabilities)
    const send = device.createSendTransport(transportOptions(greeting.send))
    const recv = device.createRecvTransport(transportOptions(greeting.recv))
    open.push(send, recv)
    const refused = connect(wire, greeting.loopId, send, recv)
    const rtpCapabilities = { ...device.recvRtpCapabilities }
    const received = wire.request('loop.receive', { loopId: greeting.loopId, rtpCapabilities })
    // Without pauses in the sound: how it travels is measured, not what is said.
    const codecOptions = { opusStereo: false, opusDtx: false, opusFec: true }
    await Promise.all([received, send.produce({ track: copy, codecOptions, stopTracks: false })])
    const consumer = await Promise.race([pushed, refused, after(REACH_MS, signal)])
    if (!consumer) return { name: 'unreached' }
    const { rtpParameters: parameters, ...rest } = consumer
    // Made by the media node's own mediasoup, of the same shape as the client's type.
    const rtpParameters = parameters as Parameters<typeof recv.consume>[0]['rtpParameters']
    await recv.consume({ ...rest, rtpParameters })
    return await Promise.race([measure(send, recv, signal), refused])
  } finally {
    stop()
    for (const transport of open) transport.close()
    copy.stop()
    // It ends by itself where this does not arrive.
    wire.request('loop.end', { loopId: greeting.loopId }).catch(() => undefined)
  }
}

/** Rejects when the server refuses what the connections ask of it; never resolves. */
function connect(wire: CallWire, loopId: string, send: Transport, recv: Transport): Promise<never> {
  const refusal = new Promise<never>((_, reject) => {
    const say = (request: Promise<unknown>) => void request.catch(reject)
    let dtls: Greeting['send'] | undefined
    send.on('connect', ({ dtlsParameters }, done) => {
      dtls = { ...dtlsParameters }
      done()
    })
    send.on('produce', ({ rtpParameters }, done) => {
      const producerId = crypto.randomUUID()
      done({ id: producerId })
      const input = { loopId, producerId, rtpParameters: { ...rtpParameters }, dtlsParameters: dtls }
      say(wire.request('loop.produce', input))
    })
    recv.on('connect', ({ dtlsParameters }, done) => {
      done()
      say(wire.request('loop.connect', { loopId, dtlsParameters: { ...dtlsParameters } }))
    })
  })
  // Raced by who listens; a refusal after that is of no interest.
  refusal.catch(() => undefined)
  return refusal
}

/** Null after so long; rejects when given up. */
function after(ms: number, signal: AbortSignal): Promise<null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms)
    const giveUp = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
}

async function measure(send: Transport, recv: Transport, signal: AbortSignal): Promise<LoopResult> {
  const reached = performance.now() + REACH_MS
  let first: Received
  for (;;) {
    first = receivedFrom(await recv.getStats())
    if ([...first.streams.values()].some(({ packets }) => packets > 0)) break
    if (performance.now() > reached) return { name: 'unreached' }
    await after(SAMPLE_MS, signal)
  }
  const until = performance.now() + MEASURE_MS
  const trips: number[] = []
  const jitters: number[] = []
  let last = first
  let energy = energyIn(await send.getStats())
  let loudest = 0
  while (performance.now() < until) {
    await after(SAMPLE_MS, signal)
    last = receivedFrom(await recv.getStats())
    jitters.push(last.jitterMs)
    const sent = await send.getStats()
    const trip = roundTripFrom(sent)
    if (trip > 0) trips.push(trip)
    const now = energyIn(sent)
    const seconds = now.seconds - energy.seconds
    if (seconds > 0) loudest = Math.max(loudest, Math.sqrt((now.energy - energy.energy) / seconds))
    energy = now
  }
  const { loss } = qualityBetween(first, last)
  const quality = { loss, jitterMs: mean(jitters), rttMs: trips.length > 0 ? mean(trips) : last.rttMs }
  return {
    name: 'measured',
    quality,
    heard: energy.seconds === 0 || loudest > AUDIBLE,
    overTcp: overTcp(await send.getStats()),
  }
}

const mean = (figures: readonly number[]): number =>
  figures.reduce((sum, one) => sum + one, 0) / Math.max(1, figures.length)

const num = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

/** Of what the microphone gives; 0 seconds: this browser does not tell. */
function energyIn(report: RTCStatsReport): { energy: number; seconds: number } {
  const sum = { energy: 0, seconds: 0 }
  report.forEach((entry: Record<string, unknown>) => {
    if (entry.type !== 'media-source') return
    sum.energy += num(entry.totalAudioEnergy)
    sum.seconds += num(entry.totalSamplesDuration)
  })
  return sum
}

function overTcp(report: RTCStatsReport): boolean {
  let tcp = false
  report.forEach((entry: Record<string, unknown>) => {
    if (entry.type !== 'candidate-pair' || !entry.nominated || entry.state !== 'succeeded') return
    const remote = report.get(String(entry.remoteCandidateId)) as Record<string, unknown> | undefined
    tcp = remote?.protocol === 'tcp'
  })
  return tcp
}
