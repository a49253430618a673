/** Who asks. Each throws `signInNeeded`, or `tooMany` for one who asks too often. */
import type { Request } from 'express'
import {
  authenticateDesk,
  authenticateGuest,
  authenticateMedia,
  authenticateVisitor,
  type StaffIdentity,
  type VisitorIdentity,
} from '../auth/authenticate.ts'
import type { GuestCaller } from '../caller/caller.ts'
import { AppError } from '../contract/errors.ts'
import { may, type Permission } from '../permission/permission.ts'
import type { HttpDeps } from './deps.ts'
import { bearerOf, cookieOf } from './input.ts'

export const MEDIA_COOKIE = 'parley_media'

export async function visitorCaller(deps: HttpDeps, req: Request): Promise<VisitorIdentity> {
  const caller = await authenticateVisitor(deps.db, deps, bearerOf(req))
  await deps.limits.take('subject', caller.visitorId)
  return caller
}

/** Throws `signInNeeded` also for who has left the call. */
export async function guestCaller(deps: HttpDeps, req: Request): Promise<GuestCaller> {
  const caller = await authenticateGuest(deps.db, deps, bearerOf(req))
  await deps.limits.take('subject', caller.invitationId)
  return caller
}

export async function staffCaller(deps: HttpDeps, req: Request): Promise<StaffIdentity> {
  const caller = await authenticateDesk(deps.db, deps, bearerOf(req))
  await deps.limits.take('subject', caller.personId)
  return caller
}

/** For what elements of a page fetch by themselves: by header where there is one, else by the cookie. Reading only. */
export async function mediaCaller(deps: HttpDeps, req: Request): Promise<StaffIdentity> {
  if (req.headers.authorization) return staffCaller(deps, req)
  return authenticateMedia(deps.db, deps, cookieOf(req, MEDIA_COOKIE))
}

export function requirePermission(caller: StaffIdentity, permission: Permission): void {
  if (!may(caller.role, permission)) throw new AppError('notAllowed', 'Your role does not allow this')
}
