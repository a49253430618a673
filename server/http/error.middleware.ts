import { randomBytes } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import { AppError, type ErrorCode, type Failure } from '../contract/errors.ts'
import type { Logger } from '../logger.ts'
import { isUnavailable } from '../storage/database.ts'

export const statusOf: Record<ErrorCode, number> = {
  badInput: 400,
  signInNeeded: 401,
  notAllowed: 403,
  notFound: 404,
  conflict: 409,
  tooLarge: 413,
  tooMany: 429,
  unavailable: 503,
  internal: 500,
}

/** Last of all routes. */
export function notFound(): never {
  throw new AppError('notFound', 'Nothing here')
}

/** Every fault as a `Failure`. What we did not foresee is `internal` with a reference to the log, never its message. */
export function errorMiddleware(log: Logger) {
  return (error: unknown, req: Request, res: Response, next: NextFunction): void => {
    const known = toAppError(error)
    const failure = known ? describe(known) : unforeseen(log, req, error)
    // Too late to say anything: Express cuts the connection, so that the client sees that the answer broke off.
    if (res.headersSent) return next(error)
    if (failure.retryAfterMs) res.set('Retry-After', String(Math.ceil(failure.retryAfterMs / 1000)))
    if (isHttpError(error) && error.status === 416) res.status(416).set(error.headers ?? {})
    else res.status(statusOf[failure.code])
    res.removeHeader('Content-Disposition')
    res.set('Cache-Control', 'no-store').json(failure)
  }
}

function unforeseen(log: Logger, req: Request, error: unknown): Failure {
  const reference = randomBytes(6).toString('hex')
  const away = isUnavailable(error)
  log[away ? 'warn' : 'error'](
    { err: error, reference, method: req.method, path: req.path },
    'request failed',
  )
  return away
    ? { code: 'unavailable', message: 'Try again in a moment', reference, retryAfterMs: 1_000 }
    : { code: 'internal', message: 'Something went wrong on our side', reference }
}

const describe = ({ code, message, retryAfterMs, detail }: AppError): Failure => ({
  code,
  message,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  ...(detail === undefined ? {} : { detail }),
})

type HttpError = Error & { status: number; headers?: Record<string, string> }
const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && 'status' in error && typeof error.status === 'number'

/** Our own errors, and those that Express, its body parser and its file server raise about the request. */
function toAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (!isHttpError(error) || error.status < 400 || error.status > 499) return null
  if (error.status === 413) return new AppError('tooLarge', 'The request is too large')
  if (error.status === 404) return new AppError('notFound', 'Nothing here')
  return new AppError('badInput', 'The request cannot be read')
}
