import { useEffect, useState } from 'react'
import type { ReplayData } from '../../server/contract/http.ts'
import { useSession } from '../desk/session/session-context.ts'
import type { Key } from '../i18n/keys.ts'
import { RequestError } from '../wire/request-error.ts'
import { takeAhead } from './ahead.ts'

const AGAIN_MS = 3_000
/** Browsers take no longer timers than 2^31 ms; and a clock that differs must not make us ask all the time. */
const [LEAST_MS, MOST_MS] = [10_000, 2_000_000_000]

export type Loaded = {
  data: ReplayData | null
  trouble: Key | null
  /** Somebody must let them hear it first. */
  locked: boolean
}
const nothing: Loaded = { data: null, trouble: null, locked: false }

/** What is watched stays, unless the server says that it may not be: that it did not answer just now changes nothing. */
export function afterFailure(was: Loaded, id: string, error: unknown): Loaded {
  const failed = error instanceof RequestError ? error : null
  if (failed?.detail?.reason === 'approval') return { ...nothing, locked: true }
  if (failed?.code === 'notFound') return { ...nothing, trouble: 'replay.notFound' }
  if (was.data?.snapshot.conversationId === id) return was
  return { ...nothing, trouble: 'replay.failed' }
}

const isFinal = (error: unknown): boolean => {
  const { locked, trouble } = afterFailure(nothing, '', error)
  return locked || trouble === 'replay.notFound'
}

/** Loads it, again while a recording is still being prepared or no answer comes, and when the time ends for which it was granted. */
export function useReplay(id: string): Loaded & { again(): void } {
  const session = useSession()
  const [loaded, setLoaded] = useState<Loaded>(nothing)
  const [round, setRound] = useState(0)
  useEffect(() => {
    let latest = true
    let timer: ReturnType<typeof setTimeout> | undefined
    // Asked again for its recording it is still the same viewing.
    let view = ''
    const load = async (): Promise<void> => {
      try {
        const answer = await (takeAhead(id) ?? session.fetch(`/api/replay/${id}${view}`))
        const data = (await answer.json()) as ReplayData
        view = `?view=${data.view}`
        if (!latest) return
        setLoaded({ ...nothing, data })
        const { until } = data.access
        if (data.calls.some((call) => call.processing)) timer = setTimeout(() => void load(), AGAIN_MS)
        else if (until !== null) timer = setTimeout(() => void load(), msUntil(until))
      } catch (error) {
        if (!latest) return
        setLoaded((was) => afterFailure(was, id, error))
        if (!isFinal(error)) timer = setTimeout(() => void load(), AGAIN_MS)
      }
    }
    void load()
    return () => {
      latest = false
      clearTimeout(timer)
    }
  }, [session, id, round])
  return { ...loaded, again: () => setRound(round + 1) }
}

const msUntil = (until: number): number => Math.min(MOST_MS, Math.max(LEAST_MS, until - Date.now() + 1_000))
