import { useEffect } from 'react'
import { useSession } from '../desk/session/session-context.ts'
import { createPlayed } from './played.ts'
import type { Scene } from './scene.ts'
import { RequestError } from '../wire/request-error.ts'

const EACH_MS = 15_000
/** What the server takes at once. */
const MOST = 200

/** Tells the audit log what is played: every 15 s, and when the page goes. What could not be told is told the next time. */
export function useViewing(scene: Scene): void {
  const session = useSession()
  useEffect(() => {
    const { view, snapshot } = scene.data
    const played = createPlayed(scene)
    let untold = played.take()
    const tell = async () => {
      const spans = [...untold, ...played.take()]
      untold = []
      if (spans.length === 0) return
      const body = JSON.stringify({ view, spans: spans.slice(0, MOST) })
      const headers = { 'content-type': 'application/json' }
      // Sent also by a page that is being closed.
      const init = { method: 'POST', headers, body, keepalive: true }
      await session.fetch(`/api/replay/${snapshot.conversationId}/played`, init).then(
        () => {
          untold = [...spans.slice(MOST), ...untold]
        },
        (error: unknown) => {
          // What the server does not believe it will not believe later.
          if (!(error instanceof RequestError && error.code === 'badInput')) untold = [...spans, ...untold]
        },
      )
    }
    const timer = setInterval(() => void tell(), EACH_MS)
    const onHide = () => void tell()
    addEventListener('pagehide', onHide)
    return () => {
      clearInterval(timer)
      removeEventListener('pagehide', onHide)
      void tell()
      played.close()
    }
  }, [session, scene])
}
