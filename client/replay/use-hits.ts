import { useEffect, useState } from 'react'
import type { Found, FoundLine } from '../../server/contract/finder.ts'
import { may } from '../../server/permission/permission.ts'
import { useSession } from '../desk/session/session-context.ts'

/** More than that nobody walks through. */
const MOST_PAGES = 10

/** What somebody looked for when they came: `?q=` of the address. */
export const soughtWords = (): string => new URLSearchParams(location.search).get('q') ?? ''

/** The lines of a conversation with the words looked for, oldest first. Null: none were looked for, or they could not be found now. */
export function useHits(conversation: string): readonly FoundLine[] | null {
  const session = useSession()
  const [hits, setHits] = useState<readonly FoundLine[] | null>(null)
  useEffect(() => {
    const words = soughtWords()
    const who = session.$who.get()
    if (words === '' || who.phase !== 'in' || !may(who.person.role, 'find')) return
    let latest = true
    const look = async () => {
      const lines: FoundLine[] = []
      let before: string | null = null
      for (let page = 0; page < MOST_PAGES; page++) {
        const asked = { words, alike: false, order: 'newest', filter: { conversation } }
        const body = JSON.stringify({ ...asked, ...(before ? { before } : {}) })
        const headers = { 'content-type': 'application/json' }
        const answer = await session.fetch('/api/replay/find', { method: 'POST', headers, body })
        const found = (await answer.json()) as Found
        lines.push(...found.items.flatMap((item) => item.lines))
        before = found.next
        if (!before) break
      }
      return lines.sort((a, b) => a.at - b.at)
    }
    look().then(
      (lines) => {
        if (latest) setHits(lines)
      },
      // The replay is whole without them.
      (error: unknown) => console.warn('what was looked for is not shown', error),
    )
    return () => {
      latest = false
    }
  }, [session, conversation])
  return hits
}
