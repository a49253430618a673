/**
 * Who is at the desk. The access token lives in memory only; the HttpOnly cookie renews it. Tabs take turns renewing,
 * since a renewal is good once and the cookie is shared by all of them.
 */
import { atom, type ReadableAtom } from 'nanostores'
import type { Failure } from '../../../server/contract/errors.ts'
import type { Person } from '../../../server/contract/desk.ts'
import type { DeskSession } from '../../../server/contract/http.ts'
import { RequestError } from '../../wire/request-error.ts'

/** `checking`: the cookie is being asked. `unreachable`: it could not be asked; trying again. */
export type SignedIn =
  | { phase: 'checking' }
  | { phase: 'unreachable' }
  | { phase: 'out'; ended: boolean }
  /** `demo`: there is a demo shop. */
  | { phase: 'in'; person: Person; demo: boolean }

export type Credentials = { link: string } | { login: string; password: string }

export type Session = {
  $who: ReadableAtom<SignedIn>
  /** Signs in by the cookie where there is one; never rejects. */
  start(): Promise<void>
  /** Rejects with `RequestError`. */
  signIn(how: Credentials): Promise<void>
  signOut(): Promise<void>
  /** The server has ended the session. */
  ended(): void
  /** A good access token; `renew`: the last one was refused. Rejects with `RequestError`. */
  token(renew?: boolean): Promise<string>
  /** With the token, once more with a new one if refused. Rejects with `RequestError` on any failure. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** The server's clock as the last renewal told it, to about a second; ms since 1970. */
  now(): number
}

const AHEAD_MS = 60_000
const SESSION = '/api/desk/session'
const RETRY_MS = 2_000
/** All tabs wait for a renewal; one that is not answered by then will not be. */
const ANSWER_MS = 15_000

type Held = { access: string; until: number }

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Rejects with `RequestError`: the server's own failure, or `unavailable` where no answer came. */
async function send(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(path, init).catch(() => {
    throw new RequestError({ code: 'unavailable' })
  })
  if (answer.ok) return answer
  const failure = (await answer.json().catch(() => null)) as Failure | null
  throw new RequestError(failure ?? { code: 'internal' })
}

/** Of the session itself: small, and answered soon or not at all. */
const sendSoon = (path: string, init: RequestInit): Promise<Response> =>
  send(path, { ...init, signal: AbortSignal.timeout(ANSWER_MS) })

const isOver = (error: unknown): boolean => error instanceof RequestError && error.code === 'signInNeeded'

export function createSession(): Session {
  const $who = atom<SignedIn>({ phase: 'checking' })
  let held: Held | null = null
  let renewing: Promise<string> | null = null
  /** Of the server's clock before the device's. */
  let aheadMs = 0

  const admit = async (answer: Response): Promise<string> => {
    const at = Date.parse(answer.headers.get('date') ?? '')
    if (!Number.isNaN(at)) aheadMs = at - Date.now()
    const { access, expiresInMs, person, demo } = (await answer.json()) as DeskSession
    held = { access, until: Date.now() + expiresInMs }
    const who = $who.get()
    const same = who.phase === 'in' && who.person.id === person.id && who.demo === demo
    if (!same || who.person.role !== person.role || who.person.name !== person.name) {
      $who.set({ phase: 'in', person, demo })
    }
    return access
  }
  const leave = (ended: boolean) => {
    held = null
    $who.set({ phase: 'out', ended })
  }

  /** Not by what the lock gives back: that takes its way through the browser, and stands behind what is being drawn by then. */
  const renew = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const renewed = async (): Promise<void> => {
        const answer = await sendSoon(SESSION, { method: 'POST' })
        // There is no cookie: nobody has signed in here, or it has run out.
        if (answer.status === 204) throw new RequestError({ code: 'signInNeeded' })
        resolve(await admit(answer))
      }
      navigator.locks.request('parley.desk.session', renewed).catch((error: unknown) => {
        if (isOver(error)) leave($who.get().phase === 'in')
        reject(error as Error)
      })
    })
  const token = (refused = false): Promise<string> => {
    if (held && !refused && held.until - AHEAD_MS > Date.now()) return Promise.resolve(held.access)
    renewing ??= renew().finally(() => {
      renewing = null
    })
    return renewing
  }
  const authorised = async (path: string, init: RequestInit, refused: boolean) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${await token(refused)}`)
    return send(path, { ...init, headers })
  }

  return {
    $who,
    token,
    now: () => Date.now() + aheadMs,
    ended: () => leave(true),
    async start() {
      try {
        await token()
      } catch (error) {
        if (isOver(error)) return
        $who.set({ phase: 'unreachable' })
        setTimeout(() => void this.start(), RETRY_MS)
      }
    },
    async signIn(how) {
      await admit(await sendSoon('/api/desk/sign-in', json(how)))
    },
    async signOut() {
      await sendSoon(SESSION, { method: 'DELETE' })
      leave(false)
    },
    async fetch(path, init = {}) {
      try {
        return await authorised(path, init, false)
      } catch (error) {
        if (!isOver(error)) throw error
        return authorised(path, init, true)
      }
    },
  }
}
