import type { GuestLink, GuestSession } from '../../server/contract/guest.ts'

const KEY = 'parley.guest'

const LINK = 'parley.guest.link'

/**
 * What stands after the # of the address: it is taken out of it at once, so that no history keeps it, and kept in this tab until
 * it is used up, so that a reload does not lose the link.
 */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (!token) return kept(LINK)
  keep(LINK, token)
  history.replaceState(null, '', location.pathname)
  return token
}

/** It is used up, or was no good. */
export const forgetToken = (): void => keep(LINK, null)

/** Of this tab, so that a reload comes back into the call. */
export function storedSession(): GuestSession | null {
  try {
    return JSON.parse(kept(KEY) ?? 'null') as GuestSession | null
  } catch {
    return null
  }
}

export const keepSession = (session: GuestSession | null): void =>
  keep(KEY, session ? JSON.stringify(session) : null)

function kept(key: string): string | null {
  try {
    return sessionStorage.getItem(key)
  } catch {
    return null
  }
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, value)
  } catch (error) {
    console.debug('no storage here: a reload ends the visit', error)
  }
}

/** The link is not good, or not any more. */
export class NoLink extends Error {}

/** Rejects with `NoLink`, or otherwise when nobody answers. */
async function post<T>(path: string, body: { token: string; join?: string }): Promise<T> {
  const answer = await fetch(`/api/guest/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (answer.status >= 500 || answer.status === 429) throw new Error(`the link was answered ${answer.status}`)
  if (!answer.ok) throw new NoLink(`the link was answered ${answer.status}`)
  return (await answer.json()) as T
}

/** Waits between the tries while nobody answers, ms. */
const TRIES_MS = [1_000, 2_000, 4_000] as const
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Asked until it is answered, since reading does not use the link up. `unanswered` is told each time that it was not. Rejects
 * with `NoLink` alone.
 */
export async function readLink(token: string, unanswered: () => void, wait = pause): Promise<GuestLink> {
  for (let tries = 0; ; tries++) {
    try {
      return await post('link', { token })
    } catch (error) {
      if (error instanceof NoLink) throw error
      unanswered()
      await wait(TRIES_MS[tries] ?? TRIES_MS[2])
    }
  }
}

/**
 * Uses the link up. `join` names this joining: where the answer is lost on its way the link is used up all the same, and asked
 * by that name it is answered once more.
 */
export async function joinByLink(token: string, join: string): Promise<GuestSession> {
  for (const wait of TRIES_MS) {
    try {
      return await post('session', { token, join })
    } catch (error) {
      if (error instanceof NoLink) throw error
      console.debug('joining is tried again', error)
      await pause(wait)
    }
  }
  return await post('session', { token, join })
}
