import { type CookieOptions, type Response, Router } from 'express'
import { LIFE_MS } from '../auth/session.service.ts'
import { MEDIA_ACCESS_MS } from '../auth/token.ts'
import { AppError } from '../contract/errors.ts'
import { PasswordInput, SignInInput } from '../contract/http.ts'
import { MEDIA_COOKIE, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { cookieOf, parseInput } from '../http/input.ts'
import { addressOf } from '../http/address.ts'
import { setPassword } from './person.service.ts'
import { renewDesk, type SignedIn, signInByLink, signInByPassword, signOut } from './sign-in.service.ts'

export const SESSION_COOKIE = 'parley_session'
const SESSION_PATH = '/api/desk/session'
/** Where elements of a page fetch by themselves and can send no header. */
const MEDIA_PATHS = ['/api/replay', '/api/desk/attachments', '/api/desk/voicemail', '/api/desk/exports']

export function signInRoutes(deps: HttpDeps): Router {
  const { db, limits } = deps
  const secure = deps.config.publicUrl.startsWith('https:')
  const cookie = (path: string): CookieOptions => ({ httpOnly: true, sameSite: 'strict', secure, path })

  const admit = (res: Response, { session, renewal, media }: SignedIn): void => {
    res.cookie(SESSION_COOKIE, renewal, { ...cookie(SESSION_PATH), maxAge: LIFE_MS.person })
    for (const path of MEDIA_PATHS)
      res.cookie(MEDIA_COOKIE, media, { ...cookie(path), maxAge: MEDIA_ACCESS_MS })
    res.json(session)
  }
  const forget = (res: Response): void => {
    res.clearCookie(SESSION_COOKIE, cookie(SESSION_PATH))
    for (const path of MEDIA_PATHS) res.clearCookie(MEDIA_COOKIE, cookie(path))
  }

  return Router()
    .post('/api/desk/sign-in', async (req, res) => {
      const input = parseInput(SignInInput, req.body)
      const signedIn =
        'link' in input
          ? await signInByLink(db, deps, input.link)
          : await signInByPassword(db, deps, input, addressOf(req))
      admit(res, signedIn)
    })
    .post(SESSION_PATH, async (req, res) => {
      const secret = cookieOf(req, SESSION_COOKIE)
      // Nobody has signed in on this browser: a plain answer, no failure in the console of whoever comes first.
      if (!secret) return void res.status(204).end()
      try {
        admit(res, await renewDesk(db, deps, secret))
      } catch (error) {
        // Only a certain no: while the database is away the cookie is still good.
        if (error instanceof AppError && error.code === 'signInNeeded') forget(res)
        throw error
      }
    })
    .delete(SESSION_PATH, async (req, res) => {
      await signOut(db, deps, cookieOf(req, SESSION_COOKIE))
      forget(res)
      res.status(204).end()
    })
    .post('/api/desk/password', async (req, res) => {
      const caller = await staffCaller(deps, req)
      await limits.take('signInPair', `password ${caller.personId}`)
      await setPassword(db, deps, caller, parseInput(PasswordInput, req.body))
      await limits.giveBack('signInPair', `password ${caller.personId}`)
      res.status(204).end()
    })
}
