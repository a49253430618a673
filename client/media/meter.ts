/** Loudness of a microphone, 0..1, about ten times a second, until `stop` is called. */
export type Meter = { stop(): void }

const EVERY_MS = 100
/** Level (RMS) that counts as somebody speaking, well above a quiet room. */
export const SPEAKING = 0.05

let shared: AudioContext | null = null

/** Listens to a copy of the track, so that it also hears what a muted one would say. The copy is its own to stop. */
export function startMeter(track: MediaStreamTrack, onLevel: (level: number) => void): Meter {
  shared ??= new AudioContext()
  const context = shared
  // A context made before the first click waits; it costs nothing to ask again.
  if (context.state === 'suspended') void context.resume().catch(() => undefined)
  const copy = track.clone()
  copy.enabled = true
  const source = context.createMediaStreamSource(new MediaStream([copy]))
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    let sum = 0
    for (const sample of samples) sum += sample * sample
    onLevel(Math.sqrt(sum / samples.length))
  }, EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      source.disconnect()
      copy.stop()
    },
  }
}
