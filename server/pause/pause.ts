/** Why nothing of a call is written for a while: words and their fold. The call and its clock go on. */

/** `card`: an agent is about to take card data; `page`, `form`: the visitor has such a page or form open. */
export type PauseWhy = 'card' | 'page' | 'form'

/** Who keeps the recording paused. `id`: of whom is the caller's own choice; agents share one. */
export type PauseHold = { id: string; why: PauseWhy; since: number; by: string }

/** Lasts until the last of its holds is gone. */
export type Pause = {
  /** Of the pauses of this call; what the media node says names it. */
  number: number
  since: number
  /** The media node has said that nothing is written any more. */
  inForce: boolean
  /** When its agent was last asked whether it was forgotten. Staff only. */
  remindedAt?: number
  holds: PauseHold[]
}

export type PausePayloads = {
  recordingPaused: { callId: string; number: number; hold: string; why: PauseWhy }
  /** The media node's word. */
  pauseInForce: { callId: string; number: number }
  /** `since`: when the pause began; `over`: this was the last of its holds, what comes is written again. */
  recordingResumed: { callId: string; hold: string; why: PauseWhy; since: number; over: boolean }
  /** Staff only: nobody has thought of it for longer than the site allows. */
  pauseReminded: { callId: string; since: number }
}

export type PauseEvent = {
  [T in keyof PausePayloads]: { type: T; payload: PausePayloads[T] }
}[keyof PausePayloads]

/** What a call remembers of its pauses. */
export type Pauses = { pauses?: number; pause?: Pause }

/** `by`: the name of the agent who did it; empty when it was none. Null: changes nothing. */
export function evolvePause<C extends Pauses>(
  call: C,
  e: PauseEvent,
  meta: { at: number; by: string },
): C | null {
  const { pause } = call
  switch (e.type) {
    case 'recordingPaused': {
      const { number, hold: id, why } = e.payload
      const holds = [...(pause?.holds ?? []), { id, why, since: meta.at, by: meta.by }]
      const begun = pause ?? { number, since: meta.at, inForce: false }
      return { ...call, pauses: number, pause: { ...begun, holds } }
    }
    case 'pauseInForce':
      return pause?.number === e.payload.number ? { ...call, pause: { ...pause, inForce: true } } : null
    case 'recordingResumed': {
      const holds = pause?.holds.filter(({ id }) => id !== e.payload.hold) ?? []
      if (pause && holds.length > 0) return { ...call, pause: { ...pause, holds } }
      const { pause: _over, ...others } = call
      return others as C
    }
    case 'pauseReminded':
      return pause ? { ...call, pause: { ...pause, remindedAt: meta.at } } : null
  }
}

/** Those that begin or end one. */
export const isPauseEvent = (e: { type: string }): e is PauseEvent =>
  ['recordingPaused', 'pauseInForce', 'recordingResumed', 'pauseReminded'].includes(e.type)
