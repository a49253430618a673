import type { NextFunction, Request, Response } from 'express'
import type { Logger } from '../logger.ts'

/** One line a request, when it is over: no query, no headers, no bodies, since those hold tokens and texts. */
export function requestLog(log: Logger) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const began = performance.now()
    const { method, path } = req
    res.once('close', () => {
      const ms = Math.round(performance.now() - began)
      const level = res.statusCode >= 500 ? 'warn' : path.startsWith('/api/') ? 'info' : 'debug'
      log[level]({ method, path, status: res.statusCode, ms, cut: !res.writableFinished }, 'request')
    })
    next()
  }
}
