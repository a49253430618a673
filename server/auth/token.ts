import jwt from 'jsonwebtoken'
import * as z from 'zod'
import { AppError } from '../contract/errors.ts'

export const VISITOR_ACCESS_MS = 15 * 60_000
export const DESK_ACCESS_MS = 10 * 60_000
/** No call lasts longer; a guest's token opens nothing once they have left it. */
const GUEST_ACCESS_MS = 12 * 3_600_000
/** From opening a clip to the last of its media. */
const CLIP_ACCESS_MS = 3_600_000
export const MEDIA_ACCESS_MS = 12 * 3_600_000

/**
 * `sessionId` names the session's family: what sign-out and a reused secret revoke. `secretId` names the renewal secret
 * that was given out beside the token.
 */
type Given = { sessionId: string; secretId: string }
export type VisitorClaims = Given & { visitorId: string; siteId: string }
/** How the session's present token was come by: only a one-time link lets a password be set without the old one. */
export type DeskClaims = Given & { personId: string; by: 'link' | 'password' | 'renewal' }
export type MediaClaims = Given & { personId: string }

export type GuestClaims = { invitationId: string }
/** Of one viewing. */
export type ClipClaims = { clipId: string; view: string }

export type Tokens = {
  signClip(claims: ClipClaims): string
  verifyClip(token: string): ClipClaims
  signGuest(claims: GuestClaims): string
  verifyGuest(token: string): GuestClaims
  signVisitor(claims: VisitorClaims): string
  signDesk(claims: DeskClaims): string
  signMedia(claims: MediaClaims): string
  /** Each throws `signInNeeded` for whatever is not a token of ours, of this audience, and not yet over. */
  verifyVisitor(token: string): VisitorClaims
  verifyDesk(token: string): DeskClaims
  verifyMedia(token: string): MediaClaims
}

const ALGORITHM = 'HS256'
const LONGEST = 2_000
const base = { sub: z.uuid(), sid: z.uuid(), rid: z.uuid() }
const Visitor = z.object({ ...base, site: z.uuid() })
const Desk = z.object({ ...base, by: z.enum(['link', 'password', 'renewal']) })
const Media = z.object(base)
const Clip = z.object({ sub: z.uuid(), view: z.uuid() })
const Guest = z.object({ sub: z.uuid() })

/** Access tokens: short, signed, checked against the session at each use. `now` is ms since 1970. */
export function createTokens(secret: string, now: () => number = Date.now): Tokens {
  const seconds = () => Math.floor(now() / 1000)
  const sign = (audience: string, ms: number, subject: string, claims: Record<string, string>) => {
    const iat = seconds()
    return jwt.sign({ ...claims, sub: subject, aud: audience, iat, exp: iat + ms / 1000 }, secret, {
      algorithm: ALGORITHM,
    })
  }
  const verify = <T>(audience: string, schema: z.ZodType<T>, token: string): T => {
    if (token.length > LONGEST) throw signInNeeded()
    try {
      const options = {
        algorithms: [ALGORITHM],
        audience,
        clockTimestamp: seconds(),
      } satisfies jwt.VerifyOptions
      return schema.parse(jwt.verify(token, secret, options))
    } catch (error) {
      throw signInNeeded(error)
    }
  }
  return {
    signVisitor: ({ visitorId, siteId, ...given }) =>
      sign('visitor', VISITOR_ACCESS_MS, visitorId, { ...named(given), site: siteId }),
    signDesk: ({ personId, by, ...given }) => sign('desk', DESK_ACCESS_MS, personId, { ...named(given), by }),
    signClip: ({ clipId, view }) => sign('clip', CLIP_ACCESS_MS, clipId, { view }),
    verifyClip(token) {
      const { sub, view } = verify('clip', Clip, token)
      return { clipId: sub, view }
    },
    signGuest: ({ invitationId }) => sign('guest', GUEST_ACCESS_MS, invitationId, {}),
    verifyGuest: (token) => ({ invitationId: verify('guest', Guest, token).sub }),
    signMedia: ({ personId, ...given }) => sign('media', MEDIA_ACCESS_MS, personId, named(given)),
    verifyVisitor(token) {
      const { sub, sid, rid, site } = verify('visitor', Visitor, token)
      return { visitorId: sub, siteId: site, sessionId: sid, secretId: rid }
    },
    verifyDesk(token) {
      const { sub, sid, rid, by } = verify('desk', Desk, token)
      return { personId: sub, sessionId: sid, secretId: rid, by }
    },
    verifyMedia(token) {
      const { sub, sid, rid } = verify('media', Media, token)
      return { personId: sub, sessionId: sid, secretId: rid }
    },
  }
}

const named = ({ sessionId, secretId }: Given) => ({ sid: sessionId, rid: secretId })
const signInNeeded = (cause?: unknown) => new AppError('signInNeeded', 'Sign in again', { cause })
