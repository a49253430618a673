import * as z from 'zod/mini'

/** Every way a request can fail, for socket and HTTP alike. `internal` carries a reference, never a reason. */
export const errorCodes = [
  'badInput',
  'signInNeeded',
  'notAllowed',
  /** Also the answer for what exists but may not be seen. */
  'notFound',
  /** The state has moved on: taken by someone else, already ended, already in a call. */
  'conflict',
  'tooLarge',
  'tooMany',
  'unavailable',
  'internal',
] as const
export const ErrorCode = z.enum(errorCodes)
export type ErrorCode = z.infer<typeof ErrorCode>

/** Something that stands in the way, by the name that people know it under. */
export const Named = z.object({ kind: z.string(), id: z.string(), name: z.string() })
export type Named = z.infer<typeof Named>

/** What a form needs to say it at the right place, or a person to know what is in the way. `field`: path in the body, `rings.0.afterMs`. */
export const FailureDetail = z.object({
  reason: z.enum([
    'invalid',
    /** Somebody else has changed it since the version that the change was made to. */
    'version',
    'taken',
    'missing',
    'inUse',
    /** It would refer to itself, at once or over others. */
    'cycle',
    /** Nobody would be left who may administer. */
    'lastAdmin',
    /** One cannot shut oneself out. */
    'oneself',
    /** Somebody must grant it first. */
    'approval',
    /** There are as many in it as it holds. */
    'full',
    /** The queue is outside its hours: what is given there all the same waits until it opens. */
    'closed',
    /** Nobody of the queue is at work: what is given there all the same waits until somebody is. */
    'unstaffed',
    /** Nobody of the queue is at work, and somebody would wait in a call. */
    'nobody',
    /** The visitor has said something since the caller decided. */
    'spoke',
  ]),
  field: z.optional(z.string()),
  usedBy: z.optional(z.array(Named)),
})
export type FailureDetail = z.infer<typeof FailureDetail>

/** The body of every failed answer. `reference` leads support to the log line; `retryAfterMs` goes with `tooMany`. */
export const Failure = z.object({
  code: ErrorCode,
  message: z.string(),
  reference: z.optional(z.string()),
  retryAfterMs: z.optional(z.number()),
  detail: z.optional(FailureDetail),
})
export type Failure = z.infer<typeof Failure>

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  readonly detail: FailureDetail | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number; detail?: FailureDetail | undefined },
  ) {
    super(message, { cause: options?.cause })
    this.code = code
    this.retryAfterMs = options?.retryAfterMs
    this.detail = options?.detail
  }
}
