import { useEffect, useState } from 'react'
import type { Spoken, SpokenLine } from '../../server/contract/transcript.ts'
import { useSession } from '../desk/session/session-context.ts'
import { keepAsking } from './keep-asking.ts'

const AGAIN_MS = 4_000

export type Said = Spoken & {
  failed: boolean
  /** Rejects when it was not taken. */
  correct(n: number, text: string): Promise<void>
}

/** What was said in the calls; asked again while it is being written down. `made`: changes when a recording is ready. */
export function useSpoken(conversationId: string, made: unknown): Said {
  const session = useSession()
  const [spoken, setSpoken] = useState<Spoken>({ state: 'none', lines: [] })
  const [failed, setFailed] = useState(false)
  const where = `/api/replay/${conversationId}/spoken`
  useEffect(
    () =>
      keepAsking(async () => (await (await session.fetch(where)).json()) as Spoken, {
        everyMs: AGAIN_MS,
        goesOn: ({ state }) => state === 'open',
        told(found) {
          setSpoken(found)
          setFailed(false)
        },
        failed: () => setFailed(true),
      }),
    [session, where, made],
  )
  return {
    ...spoken,
    failed,
    async correct(n, text) {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ text })
      const answer = await session.fetch(`${where}/${n}`, { method: 'PUT', headers, body })
      const line = (await answer.json()) as SpokenLine
      setSpoken((now) => ({ ...now, lines: now.lines.map((one) => (one.n === n ? line : one)) }))
    },
  }
}
