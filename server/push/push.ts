/** What is told to a browser that has no page in view. It names people and places, never what was written unless the operator lets it. */

export type PushNews =
  /** A conversation is offered to an agent. */
  | { kind: 'offer'; name: string | null; medium: 'chat' | 'voice' | 'video' }
  /** The visitor wrote in a conversation of the agent's. */
  | { kind: 'message'; name: string | null }
  /** The visitor of a conversation of the agent's asks for a call in it. */
  | { kind: 'call'; name: string | null }
  | { kind: 'mention'; name: string }
  /** One's own work was reviewed. `name`: by which scorecard. */
  | { kind: 'reviewed'; name: string }
  /** A colleague asks to hear a conversation; and what somebody decided about one's own request. */
  | { kind: 'replayAsked' | 'replayGranted' | 'replayRefused'; name: string }
  /** A colleague asks into a call. */
  | { kind: 'invitation'; name: string }
  /** Of a queue's promise: somebody has waited longer, or too few were answered in time. Null: everybody's queue. */
  | { kind: 'wait' | 'service'; name: string | null }
  /** The visitor is called back as soon as they come. `name`: the site's. */
  | { kind: 'turn'; name: string }

/** News shown under `tag`, which replaces what was shown under it before; or it is over, and what is shown of it goes. */
export type Push = { v: 1; locale: 'en' | 'fa' | 'ru'; tag: string } & (
  | { over: false; news: PushNews; text: string | null; url: string }
  | { over: true }
)

/** A browser that can be told, as its push service knows it. Whoever has the address can send to it: it is never logged. */
export type Receiver = { endpoint: string; p256dh: string; auth: string }
