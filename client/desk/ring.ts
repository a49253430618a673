/** The sounds of the desk: a soft ring, 2 s on and 4 s off, and one short tone for a message. No files. */

export type Ringer = {
  /** Call it from a click: browsers let nothing sound before one. */
  unlock(): void
  /** Whether sound is possible now. */
  unlocked(): boolean
  ring(): void
  silence(): void
  /** At most one each 10 s. */
  chime(): void
}

const PERIOD_MS = 6_000
const CHIME_GAP_MS = 10_000

/** One tone with a soft start and end; times in seconds of the context's clock. */
function tone(context: AudioContext, out: AudioNode, hertz: number, at: number, length: number): void {
  const source = context.createOscillator()
  const gain = context.createGain()
  source.frequency.value = hertz
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(1, at + 0.08)
  gain.gain.setTargetAtTime(0, at + length - 0.15, 0.05)
  source.connect(gain).connect(out)
  source.start(at)
  source.stop(at + length + 0.2)
}

export function createRinger(): Ringer {
  let context: AudioContext | null = null
  let volume: GainNode | null = null
  let again: ReturnType<typeof setInterval> | undefined
  let chimedAt = Number.NEGATIVE_INFINITY

  const unlock = () => {
    context ??= new AudioContext()
    if (!volume) {
      volume = context.createGain()
      volume.connect(context.destination)
    }
    void context.resume()
  }
  const once = () => {
    if (!context || !volume) return
    const from = context.currentTime + 0.02
    volume.gain.cancelScheduledValues(from)
    volume.gain.setValueAtTime(0.12, from)
    for (let step = 0; step < 4; step += 1)
      tone(context, volume, step % 2 ? 784 : 659, from + step * 0.5, 0.45)
  }
  return {
    unlock,
    unlocked: () => context?.state === 'running',
    ring() {
      if (again) return
      once()
      again = setInterval(once, PERIOD_MS)
    },
    silence() {
      clearInterval(again)
      again = undefined
      if (context && volume) volume.gain.setTargetAtTime(0, context.currentTime, 0.02)
    },
    chime() {
      if (!context || !volume || again || performance.now() - chimedAt < CHIME_GAP_MS) return
      chimedAt = performance.now()
      volume.gain.setValueAtTime(0.08, context.currentTime)
      tone(context, volume, 880, context.currentTime + 0.02, 0.3)
    },
  }
}
