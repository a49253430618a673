import type { Sound } from '../player.ts'

/** A sound that plays by the test's own clock. */
export class Tape extends EventTarget implements Sound {
  currentTime = 0
  paused = true
  ended = false
  seeking = false
  readyState = 4
  networkState = 1
  error: MediaError | null = null
  playbackRate = 1
  duration: number
  /** How often it was loaded anew. */
  loaded = 0
  constructor(seconds: number) {
    super()
    this.duration = seconds
  }
  canPlayType(): CanPlayTypeResult {
    return 'probably'
  }
  /** As browsers do it: nothing of it is there, and it stands at its beginning. */
  load(): void {
    this.loaded++
    Object.assign(this, { error: null, readyState: 0, networkState: 2, currentTime: 0, paused: true })
  }
  fail(): void {
    this.error = { code: 2 } as MediaError
    this.dispatchEvent(new Event('error'))
  }
  arrive(): void {
    Object.assign(this, { readyState: 4, networkState: 1 })
    this.dispatchEvent(new Event('canplay'))
  }
  play(): Promise<void> {
    this.paused = false
    return Promise.resolve()
  }
  pause(): void {
    this.paused = true
  }
  pass(ms: number): void {
    if (this.paused) return
    this.currentTime = Math.min(this.duration, this.currentTime + (ms / 1_000) * this.playbackRate)
    this.ended = this.currentTime >= this.duration
  }
}
