/** What turns speech into words. Which one it is, the operator's settings say. */
import type { Heard, SpeakerRole } from './transcript.ts'

/** `ogg`: an Ogg Opus file, mono, at most 30 s. `from`, `ms`: where it lies in its recording, and how long it is. */
export type Piece = { ogg: Buffer; from: number; ms: number; role: SpeakerRole }

export type Engine = {
  /** By which its lines are known afterwards. */
  name: string
  /** Rejects with an `EngineFault`, or when `signal` is raised. */
  hear(piece: Piece, signal: AbortSignal): Promise<Heard>
}

/** `later`: it may succeed another time. `never`: this piece will not. */
export class EngineFault extends Error {
  readonly again: 'later' | 'never'
  constructor(again: 'later' | 'never', message: string, options?: ErrorOptions) {
    super(message, options)
    this.again = again
  }
}
