import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino'

export type { Logger }

/** Names under which secrets travel through our objects. Message text and SDP are never handed to the logger at all. */
const secretKeys = [
  'access',
  'authorization',
  'cookie',
  'link',
  'password',
  'renewal',
  'secret',
  'signature',
  'token',
]

/** Structured logs, to standard output unless told otherwise. `level`: pino's names. */
export function createLogger(level: string, part = 'server', to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { part },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), remove: true },
    serializers: { err: describeError },
  }
  return to ? pino(options, to) : pino(options)
}

/** What a fault was and where; not its own fields: PostgreSQL puts values of the row into `detail`. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  return {
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
