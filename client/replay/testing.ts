import type { Sound } from './player.ts'

/** A sound that plays by the test's own clock. */
export class Tape implements Sound {
  currentTime = 0
  paused = true
  ended = false
  error: MediaError | null = null
  playbackRate = 1
  readonly seconds: number
  constructor(seconds: number) {
    this.seconds = seconds
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
    this.currentTime = Math.min(this.seconds, this.currentTime + (ms / 1_000) * this.playbackRate)
    this.ended = this.currentTime >= this.seconds
  }
}
