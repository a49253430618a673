/** Asking the server who may hear what. Everything rejects with `RequestError`. */
import { useMemo } from 'react'
import type {
  AskReplayInput,
  ClassifyInput,
  DecideReplayInput,
  ReplayAccess,
  ReplayRequests,
} from '../../../server/contract/access.ts'
import type { Session } from '../session/desk-session.ts'
import { useSession } from '../session/session-context.ts'

function createAccess(session: Session) {
  const ask = async <T>(path: string, method = 'GET', body?: unknown): Promise<T> => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await session.fetch(path, { method, ...(body === undefined ? {} : json) })
    return (await answer.json()) as T
  }
  return {
    read: (id: string) => ask<ReplayAccess>(`/api/replay/${id}/access`),
    ask: (id: string, given: AskReplayInput) => ask<ReplayAccess>(`/api/replay/${id}/access`, 'POST', given),
    classify: (id: string, given: ClassifyInput) =>
      ask<object>(`/api/replay/${id}/sensitivity`, 'PUT', given),
    requests: () => ask<ReplayRequests>('/api/desk/replay-requests'),
    decide: (id: string, given: DecideReplayInput) =>
      ask<object>(`/api/desk/replay-requests/${id}/decision`, 'POST', given),
  }
}

export function useAccess(): ReturnType<typeof createAccess> {
  const session = useSession()
  return useMemo(() => createAccess(session), [session])
}
