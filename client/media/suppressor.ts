/** RNNoise in an AudioWorklet. Fetched with its WebAssembly when somebody wants it, and not before. */
import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor'
import type { Suppressor } from './hush.ts'

// Files that are built along, under addresses of their own.
const url = new URL('@sapphi-red/web-noise-suppressor/rnnoise.wasm', import.meta.url).href
const simdUrl = new URL('@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm', import.meta.url).href
const worklet = new URL('@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js', import.meta.url).href

/** What RNNoise was trained with. */
const HERTZ = 48_000
const LOOK_MS = 50
/** So long may sound go in and nothing come out before it counts as broken. */
const DEAF_MS = 5_000

export const suppressNoise: Suppressor = async (raw, signal, onRuns) => {
  const context = new AudioContext({ sampleRate: HERTZ, latencyHint: 'interactive' })
  const close = (): void => void context.close().catch(() => undefined)
  signal.addEventListener('abort', close)
  try {
    const [wasmBinary] = await Promise.all([
      loadRnnoise({ url, simdUrl }),
      context.audioWorklet.addModule(worklet),
    ])
    signal.throwIfAborted()
    const node = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary })
    node.channelCount = 1
    node.channelCountMode = 'explicit'
    const source = context.createMediaStreamSource(new MediaStream([raw]))
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 })
    source.connect(node).connect(out)
    const [track] = out.stream.getAudioTracks()
    if (!track) throw new Error('a destination without a track')
    signal.addEventListener('abort', () => {
      node.destroy()
      track.stop()
    })
    wake(context, signal)
    await firstSound(source, node, signal)
    context.addEventListener('statechange', () => onRuns(context.state === 'running'), { signal })
    node.addEventListener('processorerror', () => onRuns(false), { signal })
    return track
  } catch (error) {
    close()
    throw error
  }
}

/** Before somebody's first click the browser may let nothing run. */
function wake(context: AudioContext, signal: AbortSignal): void {
  const resume = () => void context.resume().catch(() => undefined)
  resume()
  for (const act of ['pointerdown', 'keydown']) document.addEventListener(act, resume, { signal })
}

/** The worklet is silent until it is ready, and says nothing of that, nor of its failing: what comes out of it tells. */
async function firstSound(source: AudioNode, node: AudioNode, signal: AbortSignal): Promise<void> {
  const [before, after] = [earAt(source), earAt(node)]
  for (let deaf = 0; !after.hears(); ) {
    if (deaf >= DEAF_MS) throw new Error('nothing comes out of it')
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    signal.throwIfAborted()
    if (before.hears()) deaf += LOOK_MS
  }
  before.close()
  after.close()
}

function earAt(node: AudioNode) {
  const ear = node.context.createAnalyser()
  node.connect(ear)
  const samples = new Float32Array(ear.fftSize)
  return {
    hears(): boolean {
      ear.getFloatTimeDomainData(samples)
      return samples.some((one) => one !== 0)
    },
    close: () => node.disconnect(ear),
  }
}
