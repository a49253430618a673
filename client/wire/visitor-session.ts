/**
 * Who the visitor is: a renewal secret that is good once, and an access token of 15 minutes made with it. Both stay in
 * the panel's own storage (Parley's origin, partitioned by shop). Tabs take turns, so none uses a secret twice.
 */
import { atom, type ReadableAtom } from 'nanostores'
import type { Failure } from '../../server/contract/errors.ts'
import type { Identified, VisitorSession } from '../../server/contract/http.ts'
import { RequestError } from './request-error.ts'
import type { Store } from './storage.ts'

/** Renewed this long before its end, so that nothing in flight is refused. */
const AHEAD_MS = 60_000

type Kept = Omit<VisitorSession, 'expiresInMs'> & { expiresAt: number }

/** Another place, outside this storage, that holds the newest renewal secret. */
export type Carrier = {
  bring(): Promise<string | undefined>
  give(kept: Kept | null): void
}

export type SessionOptions = {
  site: string
  store: Store
  locale?: string | undefined
  /** Origin of the server; the page's own by default. */
  url?: string
  carrier?: Carrier | null
  /** The secret to begin with where this storage has none. Rejecting means: try again later. */
  first?: (() => Promise<string>) | undefined
  /**
   * This page is another person's now than the one whom the shop had named. `stored`: so is this storage, since this
   * moment; else another page was first.
   */
  onOther?: (stored: boolean) => void
}

export type Session = {
  /** What is known of the visitor and the site; null before the first answer. */
  $session: ReadableAtom<Kept | null>
  /** A good access token; `renew`: the last one was refused. Rejects with `RequestError`. */
  token(renew?: boolean): Promise<string>
  /** Fetch with the token, once more with a new one if refused. Rejects with `RequestError` on any failure. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** The visitor turned out to be somebody known: go on with this. */
  become(identified: Identified): void
  /** The visitor is a stranger again. */
  forget(): void
}

export function createVisitorSession(options: SessionOptions): Session {
  const { site, store, url = '', carrier } = options
  const key = `parley.session.${site}`
  const read = (): Kept | null => parse(store.get(key))
  const $session = atom<Kept | null>(read())
  let running: Promise<string> | null = null

  const fresh = (kept: Kept | null): kept is Kept => !!kept && kept.expiresAt - AHEAD_MS > Date.now()

  const show = (next: Kept, before = next): void => {
    const stored = isOther(before, next)
    if (stored || isOther($session.get(), next)) options.onOther?.(stored)
    $session.set(next)
  }
  const keep = (next: Kept): string => {
    const before = read() ?? next
    store.set(key, JSON.stringify(next))
    show(next, before)
    carrier?.give(next)
    return next.access
  }

  const ask = async (refused: string | null): Promise<string> => {
    const kept = read()
    if (fresh(kept) && kept.access !== refused) {
      show(kept)
      return kept.access
    }
    const carried = await carrier?.bring()
    const renewal = kept?.renewal ?? (await options.first?.())
    const body = { site, renewal, carried, locale: options.locale }
    const answer = await send(`${url}/api/visitor/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    })
    const { expiresInMs, ...session } = (await answer.json()) as VisitorSession
    return keep({ ...session, expiresAt: Date.now() + expiresInMs })
  }

  const token = (renew = false): Promise<string> => {
    const refused = renew ? ($session.get()?.access ?? null) : null
    const kept = $session.get()
    if (!renew && fresh(kept)) return Promise.resolve(kept.access)
    running ??= inTurn(key, () => ask(refused)).finally(() => {
      running = null
    })
    return running
  }

  const authorised = async (path: string, init: RequestInit, renew: boolean): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${await token(renew)}`)
    return send(`${url}${path}`, { ...init, headers })
  }

  return {
    $session,
    token,
    fetch: (path, init = {}) =>
      authorised(path, init, false).catch((error: unknown) => {
        if (error instanceof RequestError && error.code === 'signInNeeded')
          return authorised(path, init, true)
        throw error
      }),
    become({ expiresInMs, ...identified }) {
      const kept = read()
      if (kept) keep({ ...kept, ...identified, expiresAt: Date.now() + expiresInMs })
    },
    forget() {
      store.remove(key)
      $session.set(null)
      carrier?.give(null)
    },
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch(() => {
    throw new RequestError({ code: 'unavailable' })
  })
  if (response.ok) return response
  const failure = (await response.json().catch(() => null)) as Failure | null
  throw new RequestError(
    failure?.code ? failure : { code: response.status >= 500 ? 'unavailable' : 'internal' },
  )
}

/** A stranger who is named only now, or found to be somebody known, is no other. */
const isOther = (before: Kept | null, { visitor }: Kept): boolean =>
  before?.visitor.verified === true && before.visitor.id !== visitor.id

function parse(text: string | null): Kept | null {
  if (!text) return null
  try {
    return JSON.parse(text) as Kept
  } catch {
    return null
  }
}

/** Tabs of one site renew one after the other; the second finds the first one's answer. */
function inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return task()
  return navigator.locks.request(name, task)
}
