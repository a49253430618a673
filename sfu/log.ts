import type { Logger } from 'pino'

/** The part of a pino logger the media node uses. Never given ICE passwords, tokens or SDP. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** A log for places (mostly tests) that want none. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
