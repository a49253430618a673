import type { ErrorCode, Failure, FailureDetail } from '../../server/contract/errors.ts'

/** A request that failed: the server's `Failure`, or `unavailable` when it never got there or was not answered. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  readonly reference: string | undefined
  readonly detail: FailureDetail | undefined

  constructor(failure: Omit<Failure, 'message'> & { message?: string }) {
    super(failure.message ?? failure.code)
    this.code = failure.code
    this.retryAfterMs = failure.retryAfterMs
    this.reference = failure.reference
    this.detail = failure.detail
  }
}

/** What a person should be told about any thrown thing: a code, and a reference where there is one. */
export function failureOf(error: unknown): { code: ErrorCode; reference?: string | undefined } {
  if (error instanceof RequestError) return { code: error.code, reference: error.reference }
  return { code: 'internal' }
}
