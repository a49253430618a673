/** An ear in a page: what its audio elements play, and what its media connections go through. */
import type { Frame } from 'playwright-core'
import type { Sound } from './tones.ts'

/** Mono sound of one track at 8 kHz, 16 bits, in base64, as it came. `at`: when it was heard, ms since 1970. */
type Piece = { track: string; at: number; pcm: string }
export type MediaEvent = { at: number; what: string }
export type Lag = { at: number; ms: number }
type Taken = { pieces: Piece[]; events: MediaEvent[]; lags: Lag[]; now: number }

declare global {
  interface Window {
    journeyEar?: { take(since: number): Taken }
  }
}

const EAR_RATE = 8_000

/**
 * Runs in every frame before its own code. An element that is paused or muted is not heard; a stream whose track is
 * exchanged is listened to on. Sound that a page sends to its loudspeaker by Web Audio is heard too.
 */
export function installEar(): void {
  if (window.journeyEar) return
  // In the browser's own numbers: written as text when they are asked for, of most it never is.
  const pieces: (Omit<Piece, 'pcm'> & { samples: Int16Array<ArrayBuffer> })[] = []
  const events: MediaEvent[] = []
  const lags: Lag[] = []
  const now = (): number => performance.timeOrigin + performance.now()
  const note = (what: string): void => void events.push({ at: now(), what })
  const listening = new Map<string, () => boolean>()

  type Block = { numberOfFrames: number; sampleRate: number; timestamp: number; copyTo: Copy; close(): void }
  type Copy = (to: Float32Array, how: { planeIndex: number; format: string }) => void
  type Processor = { readable: ReadableStream<Block> }
  const { MediaStreamTrackProcessor } = window as unknown as {
    MediaStreamTrackProcessor: new (how: { track: MediaStreamTrack }) => Processor
  }

  /** Track → this page's clock at zero of the track's own: the least that any block took to be read. */
  const zeros = new Map<string, number>()
  /** A page that is busy reads its blocks late; the track's own clock says when they were played. */
  const playedAt = (track: string, block: Block): number => {
    const zero = Math.min(zeros.get(track) ?? Number.POSITIVE_INFINITY, now() - block.timestamp / 1_000)
    zeros.set(track, zero)
    return zero + block.timestamp / 1_000
  }

  let whole = new Float32Array(0)
  const hear = (track: string, block: Block, at: number): void => {
    const { numberOfFrames: frames, sampleRate } = block
    if (whole.length !== frames) whole = new Float32Array(frames)
    block.copyTo(whole, { planeIndex: 0, format: 'f32-planar' })
    const step = sampleRate / 8_000
    const samples = new Int16Array(Math.round(frames / step))
    let heard = false
    for (let to = 0, from = 0; to < samples.length; to++) {
      let sum = 0
      const end = Math.min(frames, Math.round((to + 1) * step))
      for (; from < end; from++) sum += whole[from] as number
      const value = Math.round((sum / step) * 32_767)
      samples[to] = value
      if (value !== 0) heard = true
    }
    // A page's own sounds are silent most of the time.
    if (!heard) return
    pieces.push({ track, at: at - (frames / sampleRate) * 1_000, samples })
    if (pieces.length > 12_000) pieces.splice(0, 6_000)
  }

  const listen = async (track: MediaStreamTrack, audible: () => boolean): Promise<void> => {
    if (listening.has(track.id)) return
    listening.set(track.id, audible)
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const at = playedAt(track.id, value)
      if (audible()) hear(track.id, value, at)
      value.close()
    }
    listening.delete(track.id)
  }

  const elements = new Set<HTMLMediaElement>()
  const look = (): void => {
    for (const element of elements) {
      const stream = element.srcObject
      if (!(stream instanceof MediaStream)) continue
      for (const track of stream.getAudioTracks()) {
        const playing = (): boolean =>
          !element.paused &&
          !element.muted &&
          element.srcObject === stream &&
          stream.getAudioTracks().includes(track)
        void listen(track, playing)
      }
    }
  }
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    if (!this.muted && this.srcObject) elements.add(this)
    look()
    return play.call(this)
  }
  const add = MediaStream.prototype.addTrack
  MediaStream.prototype.addTrack = function (this: MediaStream, track) {
    add.call(this, track)
    look()
  }

  const taps = new WeakMap<BaseAudioContext, MediaStreamAudioDestinationNode>()
  const connect = AudioNode.prototype.connect as (
    this: AudioNode,
    to: AudioNode,
    ...rest: number[]
  ) => AudioNode
  AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode, ...rest: number[]) {
    if (to instanceof AudioDestinationNode && this.context instanceof AudioContext) {
      const tap = taps.get(this.context) ?? this.context.createMediaStreamDestination()
      taps.set(this.context, tap)
      connect.call(this, tap)
      for (const track of tap.stream.getTracks()) void listen(track, () => true)
    }
    return connect.call(this, to, ...rest)
  } as typeof AudioNode.prototype.connect

  const Native = RTCPeerConnection
  let count = 0
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      const name = `connection ${++count}`
      note(`${name} made`)
      this.addEventListener('iceconnectionstatechange', () => note(`${name} ice ${this.iceConnectionState}`))
      this.addEventListener('connectionstatechange', () => note(`${name} ${this.connectionState}`))
      let fragment: string | undefined
      this.addEventListener('signalingstatechange', () => {
        const next = /a=ice-ufrag:(\S+)/.exec(this.remoteDescription?.sdp ?? '')?.[1]
        if (fragment && next && next !== fragment) note(`${name} ice restart`)
        fragment = next ?? fragment
      })
      this.addEventListener('track', ({ track }) => {
        note(`${name} track ${track.kind}`)
        for (const what of ['mute', 'unmute', 'ended'])
          track.addEventListener(what, () => note(`${name} ${track.kind} ${what}`))
      })
    }
  }

  let ticked = performance.now()
  setInterval(() => {
    const ms = performance.now() - ticked - 10
    if (ms > 20) lags.push({ at: now(), ms })
    ticked = performance.now()
  }, 10)

  window.journeyEar = {
    take: (since) => ({
      pieces: pieces.flatMap(({ track, at, samples }) =>
        at < since ? [] : { track, at, pcm: btoa(String.fromCharCode(...new Uint8Array(samples.buffer))) },
      ),
      events: events.filter(({ at }) => at >= since),
      lags: lags.filter(({ at }) => at >= since),
      now: now(),
    }),
  }
}

/** The sound and the events of a page since a moment, and when it was late in that time, worst first. */
export type Heard = { sound: Sound; events: MediaEvent[]; lags: Lag[] }

/** `since`: ms since 1970. */
export async function heardIn(frame: Frame, since: number): Promise<Heard> {
  const taken = await frame.evaluate((from) => window.journeyEar?.take(from), since)
  if (!taken) throw new Error('no ear in this page')
  const lags = taken.lags.toSorted((a, b) => b.ms - a.ms)
  return { sound: laidOut(taken.pieces), events: taken.events, lags }
}

/**
 * All tracks together, as the loudspeaker has them. The pieces of one track follow each other without a seam; where
 * more than a moment is missing, silence.
 */
function laidOut(pieces: readonly Piece[]): Sound {
  const from = pieces[0]?.at ?? 0
  const last = pieces.at(-1)
  const samples = new Float32Array(last ? Math.ceil(((last.at - from) / 1_000 + 2) * EAR_RATE) : 0)
  const ends = new Map<string, number>()
  for (const { track, at, pcm } of pieces) {
    const bytes = Buffer.from(pcm, 'base64')
    const due = Math.round(((at - from) / 1_000) * EAR_RATE)
    const before = ends.get(track)
    // A reader that was late finds what had come meanwhile all at once.
    const start = before === undefined || due > before + SEAM ? Math.max(due, 0) : before
    const end = start + bytes.length / 2
    for (let i = start; i < end; i++) {
      samples[i] = (samples[i] ?? 0) + bytes.readInt16LE((i - start) * 2) / 32_767
    }
    ends.set(track, end)
  }
  return { rate: EAR_RATE, from, samples: samples.subarray(0, Math.max(0, ...ends.values())) }
}

/** 40 ms */
const SEAM = 0.04 * EAR_RATE
