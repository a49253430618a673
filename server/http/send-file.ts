import type { NextFunction, Response } from 'express'
import { faultCode } from '../fault.ts'

type Options = { root?: string; etag?: boolean; lastModified?: boolean; acceptRanges?: boolean }

/**
 * Streams a file with ranges, HEAD and conditions. Cache headers are the caller's. A client that leaves midway, as
 * players do at each seek, is no fault; anything else goes to the error middleware.
 */
export function sendFile(res: Response, next: NextFunction, file: string, options: Options = {}): void {
  res.sendFile(file, { ...options, cacheControl: false, dotfiles: 'allow' }, (error: unknown) => {
    if (error && !isAborted(error)) next(error)
  })
}

const isAborted = (error: unknown) => ['ECONNABORTED', 'ECONNRESET', 'EPIPE'].includes(faultCode(error))
