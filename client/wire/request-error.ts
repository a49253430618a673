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

type Told = Pick<RequestError, 'code'> & Partial<Pick<RequestError, 'reference' | 'detail'>>

/** What a person should be told about any thrown thing: a code, and a reference and what is in the way where there are such. */
export function failureOf(error: unknown): Told {
  if (!(error instanceof RequestError)) return { code: 'internal' }
  const { code, reference, detail } = error
  return { code, reference, detail }
}
