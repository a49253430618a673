import { canChooseSpeaker } from '../../media/environment.ts'

/** `done` rejects where the speaker is gone or may not play. */
export type Tone = { done: Promise<void>; stop(): void }

/** Hz and seconds: up a chord and its first note again. */
const notes = [523, 659, 784, 523]
const NOTE_S = 0.35

/** Plays the tune through an element, since only elements can be sent to a chosen speaker. */
export function playTone(speaker: string | null): Tone {
  const context = new AudioContext()
  const out = context.createMediaStreamDestination()
  const player = document.createElement('audio')
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  player.srcObject = out.stream
  const begin = async (): Promise<void> => {
    if (speaker && canChooseSpeaker()) await player.setSinkId(speaker)
    await Promise.all([context.resume(), player.play()])
    const from = context.currentTime + 0.05
    notes.forEach((hertz, at) => note(context, out, hertz, from + at * NOTE_S))
    setTimeout(end, (notes.length * NOTE_S + 0.4) * 1000)
    await ended
  }
  const stop = () => {
    end()
    player.srcObject = null
    if (context.state !== 'closed') void context.close()
  }
  return { done: begin().finally(stop), stop }
}

function note(context: AudioContext, out: AudioNode, hertz: number, at: number): void {
  const source = context.createOscillator()
  const gain = context.createGain()
  source.frequency.value = hertz
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.25, at + 0.03)
  gain.gain.setTargetAtTime(0, at + NOTE_S * 0.6, 0.06)
  source.connect(gain).connect(out)
  source.start(at)
  source.stop(at + NOTE_S + 0.2)
}
