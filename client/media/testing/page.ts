/** Runs in the browser of a media test: the client's real parts, and an ear and an eye. */
import { connectWire } from '../../wire/socket.ts'
import { createDevices } from '../devices.ts'
import { suppressNoise } from '../suppressor.ts'
import { type CallMedia, createCallMedia } from '../session.ts'
import { callWire } from '../wire.ts'
import type { Source } from '../../../server/conversation/conversation.ts'
import { CALL } from './call-id.ts'

const side = new URLSearchParams(location.search).get('side') === 'agent' ? 'agent' : 'visitor'
const token = () => Promise.resolve('token')
const wire =
  side === 'agent'
    ? callWire(connectWire({ namespace: 'desk', token }))
    : callWire(connectWire({ namespace: 'visitor', token }))
const devices = createDevices({ suppressor: suppressNoise })
let media: CallMedia | null = null
type Ear = {
  of: MediaStreamTrack
  context: AudioContext
  analyser: AnalyserNode
  data: Float32Array<ArrayBuffer>
}
let ear: Ear | null = null

const stream = (source: Source) => media?.$remote.get().find((one) => one.source === source)?.stream ?? null

/** Loudest frequency now heard, in Hz; 0 for silence. */
function hear(): number {
  const track = stream('mic')?.getAudioTracks()[0]
  if (!track) return 0
  if (ear?.of !== track) {
    void ear?.context.close()
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 4096
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
    ear = { of: track, context, analyser, data: new Float32Array(analyser.frequencyBinCount) }
  }
  ear.analyser.getFloatFrequencyData(ear.data)
  let best = 0
  ear.data.forEach((level, index) => {
    if (level > (ear?.data[best] ?? 0)) best = index
  })
  const loud = (ear.data[best] ?? -200) > -65
  return loud ? (best * ear.context.sampleRate) / ear.analyser.fftSize : 0
}

/** Quietest and loudest tenth of what is heard in so long: of one who speaks and pauses, what is between words and the words. */
async function loudness(ms: number): Promise<{ quiet: number; loud: number }> {
  const levels: number[] = []
  for (const end = performance.now() + ms; performance.now() < end; ) {
    // The other side's track may be another one by now.
    hear()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { analyser } = ear ?? {}
    if (!analyser) continue
    const samples = new Float32Array(analyser.fftSize)
    analyser.getFloatTimeDomainData(samples)
    levels.push(Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length))
  }
  levels.sort((a, b) => a - b)
  const at = (share: number) => levels[Math.floor(share * levels.length)] ?? 0
  return { quiet: at(0.1), loud: at(0.9) }
}

async function frames(source: Source): Promise<number> {
  const picture = stream(source)
  if (!picture) return 0
  let video = document.querySelector<HTMLVideoElement>(`video[data-source=${source}]`)
  if (!video) {
    video = document.createElement('video')
    video.dataset.source = source
    video.muted = true
    video.srcObject = picture
    document.body.append(video)
    await video.play()
  }
  return video.getVideoPlaybackQuality().totalVideoFrames
}

const harness = {
  devices,
  wire,
  start(take = false) {
    media = createCallMedia({ wire, callId: CALL, devices, take })
    ear = null
  },
  media: () => {
    if (!media) throw new Error('not started')
    return media
  },
  hear,
  loudness,
  frames,
}
export type Harness = typeof harness
declare global {
  interface Window {
    harness: Harness
  }
}
window.harness = harness
