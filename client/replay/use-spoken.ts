import { useEffect, useState } from 'react'
import type { Spoken, SpokenLine } from '../../server/contract/transcript.ts'
import { useSession } from '../desk/session/session-context.ts'

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
  useEffect(() => {
    let latest = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const load = async (): Promise<void> => {
      try {
        const found = (await (await session.fetch(where)).json()) as Spoken
        if (!latest) return
        setSpoken(found)
        setFailed(false)
        if (found.state === 'open') timer = setTimeout(() => void load(), AGAIN_MS)
      } catch {
        if (latest) setFailed(true)
      }
    }
    void load()
    return () => {
      latest = false
      clearTimeout(timer)
    }
  }, [session, where, made])
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
