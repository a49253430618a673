/** Answers requests over a socket: schema first, then one handler, then the answer or a failure of the closed set. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'socket.io'
import { AppError, type Failure } from '../contract/errors.ts'
import type { InputOf, OutputOf, RequestTable } from '../contract/requests.ts'
import type { Logger } from '../logger.ts'
import { isUnavailable } from '../storage/database.ts'
import type { Bucket } from './bucket.ts'

export type Handlers<T extends RequestTable, C> = {
  [N in keyof T]: (context: C, input: InputOf<T, N>) => Promise<OutputOf<T, N>>
}

export type Answer = { ok: true; output: unknown } | { ok: false; failure: Failure }

// mediasoup's structures are nested about eight deep.
const MAX_DEPTH = 20

export type Served<C> = {
  /** Counts one word. False: there were too many; whoever wants an answer is told when to come again. */
  admit(ack: unknown): boolean
  /** Answers one request that was admitted, whoever carried it here. */
  take(context: C, name: unknown, input: unknown, ack: unknown): void
}

/** Wires one socket. `context` is who asks, `bucket` what they may ask in all. Returns the way for words that come under another name. */
export function serve<T extends RequestTable, C>(
  socket: Socket,
  d: { table: T; handlers: Handlers<T, C>; context: C; bucket: Bucket; log: Logger },
): Served<C> {
  const served: Served<C> = {
    admit(ack) {
      const retryAfterMs = d.bucket.take()
      if (retryAfterMs === 0) return true
      const failure = { code: 'tooMany', message: 'Too many requests', retryAfterMs } as const
      if (typeof ack === 'function') ack({ ok: false, failure } satisfies Answer)
      return false
    },
    take(context, name, input, ack) {
      if (typeof ack !== 'function') return
      void answer({ ...d, context }, name, input).then((reply: Answer) => ack(reply))
    },
  }
  socket.on('request', (name: unknown, input: unknown, ack: unknown) => {
    if (served.admit(ack)) served.take(d.context, name, input, ack)
  })
  return served
}

async function answer<T extends RequestTable, C>(
  d: { table: T; handlers: Handlers<T, C>; context: C; log: Logger },
  name: unknown,
  input: unknown,
): Promise<Answer> {
  try {
    if (typeof name !== 'string' || !Object.hasOwn(d.table, name))
      throw new AppError('badInput', 'No such request')
    if (deeperThan(input, MAX_DEPTH)) throw new AppError('badInput', 'Nested too deep')
    const parsed = d.table[name]?.input.safeParse(input)
    if (!parsed?.success) throw new AppError('badInput', describe(parsed?.error.issues ?? []))
    const handler = d.handlers[name] as (context: C, input: unknown) => Promise<unknown>
    return { ok: true, output: await handler(d.context, parsed.data) }
  } catch (error) {
    return {
      ok: false,
      failure: toFailure(error, d.log, typeof name === 'string' ? name.slice(0, 40) : typeof name),
    }
  }
}

/** Where the fault lies, never what was sent. */
const describe = (issues: { path: PropertyKey[]; message?: string }[]): string =>
  issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message ?? 'wrong'}`)
    .join('; ')

/** Known errors as they are; a database that is away as `unavailable`; all else as a reference into the log. */
export function toFailure(error: unknown, log: Logger, request: string): Failure {
  if (error instanceof AppError) {
    const { code, message, retryAfterMs, detail } = error
    return {
      ...{ code, message },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(detail === undefined ? {} : { detail }),
    }
  }
  if (isUnavailable(error)) return { code: 'unavailable', message: 'Try again in a moment' }
  const reference = randomUUID()
  log.error({ err: error, request, reference }, 'request failed')
  return { code: 'internal', message: 'Something went wrong on our side', reference }
}

/** Without recursion, since the depth is the sender's choice. */
export function deeperThan(value: unknown, max: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}
