/** The replay that the page's address leads to is asked for while its code is still on its way. */
import type { Session } from '../desk/session/desk-session.ts'

type Asked = { id: string; answer: Promise<Response> }
let ahead: Asked | null = null

export function askAhead(session: Pick<Session, 'fetch' | '$who'>, id: string): void {
  const asked: Asked = { id, answer: session.fetch(`/api/replay/${id}`) }
  ahead = asked
  const drop = () => {
    if (ahead === asked) ahead = null
  }
  asked.answer.catch(drop)
  // It is for whom it was asked: whoever signs in asks anew.
  let first = true
  session.$who.listen(() => {
    if (!first) drop()
    first = false
  })
}

/** The answer, once: asked for again it may be another. */
export function takeAhead(id: string): Promise<Response> | null {
  const asked = ahead?.id === id ? ahead : null
  ahead = null
  return asked && asked.answer
}
