import type { NextFunction, Request, Response } from 'express'
import { AppError } from '../contract/errors.ts'

/**
 * Refuses what another site's page sends to the API: its visitors' browsers would carry cookies and reach loopback.
 * Clients that are not browsers send no Origin and pass; they have no one's cookies either.
 */
export function refuseForeignOrigin(own: readonly string[]) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    const origin = req.headers.origin
    const site = req.headers['sec-fetch-site']
    if (origin !== undefined && !own.includes(origin)) throw foreign()
    if (origin === undefined && (site === 'cross-site' || site === 'same-site')) throw foreign()
    next()
  }
}

const foreign = () => new AppError('notAllowed', 'Requests from this origin are refused')
