/**
 * The words of waiting: what becomes of a visitor whom nobody answers at once. A conversation with a task stays in the queue,
 * but nobody sits before it: it is done when its turn comes. Instants in ms since 1970, as all events'.
 */

type Media = 'voice' | 'video'

/**
 * Why nobody sits before it: outside hours, too many wait, nobody could ever answer, the visitor's wish, called back in vain, never
 * called back in the time for it, the page was closed and not opened again in time.
 */
export type DeferWhy = 'closed' | 'full' | 'nobody' | 'left' | 'notReached' | 'notCalled' | 'gone'

export type Task =
  | { kind: 'message'; since: number; why: DeferWhy; opensAt: number | null }
  | { kind: 'voicemail'; since: number; callId: string; media: Media; durationMs: number }
  /** `since`: its place in the queue. `at`: not before then, by the visitor's wish; null: as soon as its turn comes. `tried`: how often it rang in vain. */
  | { kind: 'callback'; since: number; media: Media; at: number | null; expiresAt: number; tried: number }

/** `label` and, of a choice, `value` are in the words that the visitor saw. */
export type FormAnswer = { label: string; type: string; value: string }

/** What each type of event about waiting carries. */
export type WaitingPayloads = {
  formAnswered: { purpose: 'preChat' | 'waiting' | 'offline'; answers: FormAnswer[] }
  /** From now on it is a task. `opensAt`: when somebody is there again, as far as the hours say. */
  deferred: { why: DeferWhy; opensAt: number | null }
  /** `since`: the place in the queue that it keeps. `expiresAt`: as far as was known then; it is put off where it is closed. */
  callbackAsked: { media: Media; since: number; at: number | null; expiresAt: number }
  /** It rang at the visitor's in vain. `next`: not again before. */
  callbackTried: { outcome: 'missed' | 'declined'; next: number }
  voicemailLeft: { callId: string; media: Media; durationMs: number }
  /** No task any more: the visitor waits here again, as if since then. */
  taskDropped: { why: 'returned' | 'withdrawn'; since: number }
}

type WaitingEvent =
  | { [T in keyof WaitingPayloads]: { type: T; payload: WaitingPayloads[T] } }[keyof WaitingPayloads]
  | { type: 'queued'; payload: { reason: string } }
  | { type: 'callConnected' | 'ended' }

/** The task after an event of that instant. Events that it does not know leave it as it is. */
export function evolveTask(
  task: Task | null,
  event: WaitingEvent | { type: string },
  at: number,
): Task | null {
  const e = event as WaitingEvent
  switch (e.type) {
    case 'deferred':
      return { kind: 'message', since: at, why: e.payload.why, opensAt: e.payload.opensAt }
    case 'voicemailLeft':
      return { kind: 'voicemail', since: at, ...e.payload }
    case 'callbackAsked':
      return { kind: 'callback', ...e.payload, tried: 0 }
    case 'callbackTried':
      return task?.kind === 'callback' ? { ...task, tried: task.tried + 1, at: e.payload.next } : task
    case 'callConnected':
      return task?.kind === 'callback' ? null : task
    case 'queued':
      return e.payload.reason === 'new' || e.payload.reason === 'reopened' ? null : task
    case 'taskDropped':
    case 'ended':
      return null
    default:
      return task
  }
}
