import { useEffect, useRef, useState } from 'react'
import type { FilterChoices, Found, Search } from '../../server/contract/finder.ts'
import { useSession } from '../desk/session/session-context.ts'
import { useFail } from '../desk/use-fail.ts'

export type Finding = {
  /** Pages joined; null: the first is under way. The ones before stay until it is there. */
  found: Found | null
  busy: boolean
  failed: boolean
  more(): void
  again(): void
}

/** Pages of what a search finds; the next page on request. A later search makes an earlier answer void. */
export function useFind(search: Search): Finding {
  const session = useSession()
  const fail = useFail()
  const [state, setState] = useState({ found: null as Found | null, busy: true, failed: false })
  const [tries, setTries] = useState(0)
  const latest = useRef(0)
  const asked = JSON.stringify(search)
  const ask = async (before: string | null): Promise<Found> => {
    const body = JSON.stringify({ ...search, ...(before ? { before } : {}) })
    const headers = { 'content-type': 'application/json' }
    const answer = await session.fetch('/api/replay/find', { method: 'POST', headers, body })
    return (await answer.json()) as Found
  }
  const run = (work: Promise<Found>, failed: boolean) => {
    const turn = ++latest.current
    setState((now) => ({ ...now, busy: true, failed: false }))
    work.then(
      (found) => turn === latest.current && setState({ found, busy: false, failed: false }),
      (error: unknown) => {
        if (turn !== latest.current) return
        setState((now) => ({ ...now, busy: false, failed }))
        if (!failed) fail(error)
      },
    )
  }
  useEffect(() => {
    run(ask(null), true)
    return () => {
      latest.current += 1
    }
  }, [asked, tries])
  const more = () => {
    const { found } = state
    if (found?.next)
      run(
        ask(found.next).then((page) => joined(found, page)),
        false,
      )
  }
  return { ...state, more, again: () => setTries(tries + 1) }
}

/** Lines of the conversation with which the page before ended go on in it. */
function joined(found: Found, page: Found): Found {
  const [last, first] = [found.items.at(-1), page.items[0]]
  const goesOn = last && first && first.lines.length > 0 && last.conversationId === first.conversationId
  const items = goesOn
    ? [
        ...found.items.slice(0, -1),
        { ...last, lines: [...last.lines, ...first.lines] },
        ...page.items.slice(1),
      ]
    : [...found.items, ...page.items]
  return { ...page, items, count: found.count, instead: found.instead }
}

export function useChoices(): FilterChoices | null {
  const session = useSession()
  const fail = useFail()
  const [choices, setChoices] = useState<FilterChoices | null>(null)
  useEffect(() => {
    const load = async () =>
      setChoices((await (await session.fetch('/api/replay/filters')).json()) as FilterChoices)
    load().catch(fail)
  }, [session])
  return choices
}
