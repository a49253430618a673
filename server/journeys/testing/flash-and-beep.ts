/**
 * Eyes and ears of a replay's test: a camera and a microphone that share one clock. At each full second of the
 * machine's clock the picture flashes and a short tone sounds, in the same tick. Neighbouring flashes differ in colour, so
 * that a picture a second off is not taken for one in step.
 */
import type { Person } from './people.ts'

/** `due`: the full second. `flashAt`, `beepAt`: when the page's own tracks had them. All in ms since 1970. */
export type Fire = { due: number; firedAt: number; flashAt: number | null; beepAt: number | null }

type Source = {
  fires: Fire[]
  clicks: number[]
  sound: MediaStreamTrack | null
  picture: MediaStreamTrack | null
}

declare global {
  interface Window {
    flashAndBeep?: Source
  }
}

/** Hz, apart enough to be told from each other. */
export const pitches = { visitor: 900, agent: 1_500 } as const

/** Red, green or blue: which of an RGB's three is the flash of that second. */
export const colourOf = (due: number): number => (due / 1_000) % 3

/** Runs in every frame before its own code: whoever asks for camera and microphone gets the fixture. */
function installFixture(pitch: number): void {
  const now = (): number => performance.timeOrigin + performance.now()
  const source: Source = { fires: [], clicks: [], sound: null, picture: null }
  window.flashAndBeep = source
  addEventListener('click', () => source.clicks.push(now()), true)

  const make = (): void => {
    const audio = new AudioContext({ sampleRate: 48_000 })
    const tone = new OscillatorNode(audio, { frequency: pitch })
    const gain = new GainNode(audio, { gain: 0 })
    const out = new MediaStreamAudioDestinationNode(audio, { channelCount: 1 })
    tone.connect(gain).connect(out)
    tone.start()
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 360
    const drawing = canvas.getContext('2d') as CanvasRenderingContext2D
    let flash = '#f00'
    let flashUntil = 0
    let count = 0
    const paint = (): void => {
      drawing.fillStyle = performance.now() < flashUntil ? flash : '#123'
      drawing.fillRect(0, 0, 640, 360)
      drawing.fillStyle = '#864'
      drawing.fillRect((++count * 8) % 640, 150, 40, 20)
    }
    const fire = (due: number): void => {
      gain.gain.setValueAtTime(0.5, audio.currentTime)
      gain.gain.setValueAtTime(0, audio.currentTime + 0.12)
      flash = ['#f00', '#0f0', '#00f'][(due / 1_000) % 3] ?? flash
      flashUntil = performance.now() + 200
      paint()
      source.fires.push({ due, firedAt: now(), flashAt: null, beepAt: null })
      wait()
    }
    const wait = (): void => {
      const due = Math.ceil((now() + 20) / 1_000) * 1_000
      setTimeout(() => fire(due), due - now())
    }
    setInterval(paint, 40)
    wait()
    source.sound = out.stream.getAudioTracks()[0] ?? null
    source.picture = canvas.captureStream(30).getVideoTracks()[0] ?? null
  }

  navigator.mediaDevices.getUserMedia = ({ audio, video } = {}) => {
    if (!source.sound) make()
    const wanted = [audio ? source.sound : null, video ? source.picture : null]
    return Promise.resolve(new MediaStream(wanted.flatMap((track) => (track ? [track.clone()] : []))))
  }
}

/**
 * Runs in every frame: writes into each fire when the tracks, as a connection takes them, have flash and beep. A track's
 * own time is laid on the machine's clock by what came fastest: a page that reads late does not shift it.
 */
function installLoopback(): void {
  type Block = { numberOfFrames: number; sampleRate: number; copyTo: Copy; close(): void }
  type Copy = (to: Float32Array, how: { planeIndex: number; format: string }) => void
  type How = { track: MediaStreamTrack; maxBufferSize: number }
  const { MediaStreamTrackProcessor } = window as unknown as {
    MediaStreamTrackProcessor: new <T>(how: How) => { readable: ReadableStream<T> }
  }
  const readerOf = <T>(track: MediaStreamTrack, maxBufferSize: number) =>
    new MediaStreamTrackProcessor<T>({ track, maxBufferSize }).readable.getReader()
  const now = (): number => performance.timeOrigin + performance.now()
  const unheard = (by: 'flashAt' | 'beepAt'): Fire | null => {
    const fire = window.flashAndBeep?.fires.at(-1)
    return fire && fire[by] === null && now() - fire.firedAt < 600 ? fire : null
  }
  /** The track's time on our clock, from the newest reading of it and those of the last seconds. */
  const onClock = (lates: number[], time: number): number => {
    lates.push(now() - time)
    if (lates.length > 200) lates.shift()
    return time + Math.min(...lates)
  }

  const see = async (track: MediaStreamTrack): Promise<void> => {
    const drawing = new OffscreenCanvas(2, 2).getContext('2d', { willReadFrequently: true })
    const reader = readerOf<VideoFrame>(track, 10)
    const lates: number[] = []
    for (;;) {
      const { value } = await reader.read()
      if (!value) return
      const at = onClock(lates, value.timestamp / 1_000)
      drawing?.drawImage(value, 0, 0, 2, 2)
      value.close()
      const [red = 0, green = 0, blue = 0] = drawing?.getImageData(0, 0, 1, 1).data ?? []
      const fire = Math.max(red, green, blue) > 128 ? unheard('flashAt') : null
      if (fire) fire.flashAt = at
    }
  }

  const listen = async (track: MediaStreamTrack): Promise<void> => {
    const reader = readerOf<Block>(track, 200)
    const lates: number[] = []
    /** Samples count, as they do for the encoder; what is stamped on a block tells only when it was made. */
    let time = 0
    for (;;) {
      const { value } = await reader.read()
      if (!value) return
      const { numberOfFrames, sampleRate } = value
      const samples = new Float32Array(numberOfFrames)
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' })
      value.close()
      const ms = (numberOfFrames / sampleRate) * 1_000
      time += ms
      const at = onClock(lates, time) - ms
      const loud = samples.findIndex((sample) => Math.abs(sample) > 0.1)
      const fire = loud < 0 ? null : unheard('beepAt')
      if (fire) fire.beepAt = at + (loud / sampleRate) * 1_000
    }
  }

  const begin = setInterval(() => {
    const { sound, picture } = window.flashAndBeep ?? {}
    if (!sound || !picture) return
    clearInterval(begin)
    void see(picture.clone())
    void listen(sound.clone())
  }, 50)
}

/** From its next page on, what the person shows and says is flash and beep. */
export async function giveFlashAndBeep(person: Person, role: keyof typeof pitches): Promise<void> {
  await person.context.addInitScript(installFixture, pitches[role])
  await person.context.addInitScript(installLoopback)
  await person.page.reload()
}

/** What the person's page fired so far, and when its buttons were pressed. */
export async function firedBy(person: Person): Promise<{ fires: Fire[]; clicks: number[] }> {
  const frame = await person.frame()
  return frame.evaluate(() => {
    const { fires = [], clicks = [] } = window.flashAndBeep ?? {}
    return { fires, clicks }
  })
}
