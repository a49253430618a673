import type { GuestLink, GuestSession } from '../../server/contract/guest.ts'

const KEY = 'parley.guest'

/** What stands after the # of the address, once: it is taken out of it at once, so that no history keeps it. */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) history.replaceState(null, '', location.pathname)
  return token
}

/** Of this tab, so that a reload comes back into the call. */
export function storedSession(): GuestSession | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as GuestSession | null
  } catch {
    return null
  }
}

export function keepSession(session: GuestSession | null): void {
  try {
    if (session) sessionStorage.setItem(KEY, JSON.stringify(session))
    else sessionStorage.removeItem(KEY)
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

export const readLink = (token: string): Promise<GuestLink> => post('link', { token })

/** Waits between the tries while nobody answers, ms. */
const TRIES_MS = [1_000, 2_000, 4_000]

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
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
  return await post('session', { token, join })
}
