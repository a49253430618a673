/** What the launcher (shop's origin) and the panel (Parley's) say to each other, with exact origins on both sides. */
import type { Subscribing } from '../push/subscribe.ts'
import type { Locale } from '../../server/contract/words.ts'

export type Identity = {
  id: string
  name?: string
  email?: string
  /** Hex HMAC-SHA256 of `id` with the site's secret. Without it the visitor is shown as not verified. */
  signature?: string
}

export type ToPanel =
  /** `focus`: into the message field (not on touch, where the keyboard would hide the greeting). */
  | { type: 'open'; focus: boolean }
  | { type: 'fold' }
  | { type: 'identify'; identity: Identity }
  | { type: 'locale'; locale: Locale }
  | { type: 'page'; url: string; title: string }
  /** At once, where the address changes without loading. */
  | { type: 'at'; url: string }
  /** A form of the page's is open in which nothing may be recorded, or no longer. */
  | { type: 'form'; open: boolean }
  /** What the shop's cookie holds. */
  | { type: 'carried'; secret: string | undefined }
  /** What came of `subscribe`. */
  | { type: 'subscribed'; done: Subscribing }
  /** Forget the visitor here. */
  | { type: 'shutdown' }

export type CallNews = { state: 'asked' | 'connected' | 'ended'; media: 'voice' | 'video' }

export type FromPanel =
  | { type: 'ready' }
  | { type: 'close' }
  /** Something needs to be seen: a call is asked for. */
  | { type: 'show' }
  /** Since a form was said to be open nothing is recorded any more; or no call is running. */
  | { type: 'paused' }
  | { type: 'unread'; count: number }
  /** A message of the team arrived; who wrote it, never what. */
  | { type: 'message'; name: string | null }
  | { type: 'call'; call: CallNews }
  /** Asks for what the shop's cookie holds; `carry` says what it is to hold: null: nothing. */
  | { type: 'carried' }
  | { type: 'carry'; secret: string | null; domain: string }
  /** The shop's page is to ask for notifications: it hosts the worker. */
  | { type: 'subscribe'; key: string }
  /** Whether a conversation runs (the next page connects by itself) and whether a call does (it does so at once). */
  | { type: 'running'; conversation: boolean; call: boolean }

/** The panel's own window for a call, and the panel that opened it: both of Parley's origin. */
export type FromWindow = { type: 'hello' }
/** `code`: good once, and for a minute. `camera`: it was on. */
export type ToWindow = { type: 'code'; code: string; callId: string; camera: boolean }

/** The window that asks for notifications, and the panel that opened it: both of Parley's origin. */
export type FromTellMe = FromWindow | { type: 'subscribed'; done: Subscribing }
/** `site`: its name. `kept`: whether the server knows of it now. */
export type ToTellMe = { type: 'key'; key: string; site: string } | { type: 'kept'; ok: boolean }

type Word = ToPanel | FromPanel | ToWindow | FromWindow | FromTellMe | ToTellMe

const MARK = 'parley'

export const wrap = <T extends Word>(message: T): T & { from: string } => ({
  ...message,
  from: MARK,
})

/** The message in an event of exactly this sender and origin, else null. */
export function unwrap<T extends Word>(
  event: MessageEvent,
  source: MessageEventSource | null,
  origin: string,
): T | null {
  if (event.source !== source || event.origin !== origin) return null
  const data: unknown = event.data
  if (typeof data !== 'object' || data === null || !('from' in data) || data.from !== MARK) return null
  return data as unknown as T
}
