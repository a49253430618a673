/** From a link to what it shows: asked for once, its media taken into memory, so that they can be sought in. */
import type { ClipOpened } from '../../server/contract/clip.ts'
import type { Failure } from '../../server/contract/errors.ts'
import type { Handout } from '../../server/contract/handout.ts'
import { inMemory } from '../handout/in-memory.ts'

export type Opened =
  | { at: 'locked'; trouble: 'wrong' | 'tooMany' | null }
  | { at: 'gone' }
  | { at: 'failed' }
  | { at: 'open'; handout: Handout }

/** Never rejects. */
export async function openByLink(code: string, password?: string): Promise<Opened> {
  try {
    const answer = await fetch('/api/clip', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(password === undefined ? { code } : { code, password }),
    })
    if (!answer.ok) return refused(((await answer.json()) as Failure).code, password !== undefined)
    const opened = (await answer.json()) as ClipOpened
    if (opened.locked) return { at: 'locked', trouble: null }
    return { at: 'open', handout: await inMemory(opened.handout, media(opened.token)) }
  } catch {
    return { at: 'failed' }
  }
}

function refused(code: Failure['code'], tried: boolean): Opened {
  if (code === 'notAllowed') return { at: 'locked', trouble: 'wrong' }
  if (code === 'tooMany' && tried) return { at: 'locked', trouble: 'tooMany' }
  return { at: code === 'notFound' || code === 'badInput' ? 'gone' : 'failed' }
}

const media = (token: string) => (src: string) =>
  fetch(`/api/clip/media/${src}`, { headers: { authorization: `Bearer ${token}` } })
