import { useSession } from './session/session-context.ts'

/** Sends JSON and gives the answer. Rejects with `RequestError`. */
export function usePost(): <T>(path: string, body: object) => Promise<T> {
  const session = useSession()
  return async <T>(path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await session.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as T
  }
}
