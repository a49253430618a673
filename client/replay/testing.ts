import type { Sound } from './player.ts'

/** A sound that plays by the test's own clock. */
export class Tape implements Sound {
  currentTime = 0
  paused = true
  ended = false
  seeking = false
  readyState = 4
  networkState = 1
  error: MediaError | null = null
  playbackRate = 1
  duration: number
  constructor(seconds: number) {
    this.duration = seconds
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
