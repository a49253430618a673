/** An ear in a page of Firefox, which lacks what the other ear is made of: what its audio elements play, recorded there. */
import type { FirefoxPage } from './firefox.ts'
import type { Sound } from './tones.ts'

declare global {
  interface Window {
    firefoxEar?: Set<HTMLMediaElement>
  }
}

/** Runs in every frame before its own code. */
export function installFirefoxEar(): void {
  const elements = new Set<HTMLMediaElement>()
  window.firefoxEar = elements
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    if (this.srcObject) elements.add(this)
    return play.call(this)
  }
}

const LISTEN_MS = 1_500
const EAR_RATE = 8_000

/** Listens for a while to what sounds now. */
export async function soundIn(page: FirefoxPage, frame: string): Promise<Sound> {
  const samples = await page.call(listen, [LISTEN_MS, EAR_RATE], frame)
  return { rate: EAR_RATE, from: Date.now() - LISTEN_MS, samples: Float32Array.from(samples) }
}

/** Runs in the page. A recorder and a decoder work without a loudspeaker, which a context that plays would wait for. */
async function listen(ms: number, rate: number): Promise<number[]> {
  const tracks = [...(window.firefoxEar ?? [])].flatMap((element) => {
    const { srcObject, paused, muted } = element
    return srcObject instanceof MediaStream && !paused && !muted ? srcObject.getAudioTracks() : []
  })
  if (tracks.length === 0) return []
  const recorder = new MediaRecorder(new MediaStream(tracks))
  const parts: Blob[] = []
  recorder.ondataavailable = ({ data }) => void parts.push(data)
  const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve))
  recorder.start()
  await new Promise((resolve) => setTimeout(resolve, ms))
  recorder.stop()
  await ended
  const decoder = new OfflineAudioContext(1, 1, rate)
  const sound = await decoder.decodeAudioData(await new Blob(parts).arrayBuffer())
  return [...sound.getChannelData(0)].map((sample) => Math.round(sample * 32_767) / 32_767)
}
