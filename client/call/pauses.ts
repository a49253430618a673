/** Nothing of a call is recorded while the visitor's page has a form or page for card data open: the page's part in it. */
import type { ReadableAtom } from 'nanostores'
import { pageMatches } from '../../server/contract/domain.ts'
import type { CallState } from '../../server/conversation/conversation.ts'
import { untilAnswered } from '../wire/until-answered.ts'
import { newId } from '../wire/new-id.ts'
import { browserStore } from '../wire/storage.ts'
import type { Wire } from '../wire/wire.ts'

const KEY = 'parley.pause'

export type PausesOptions = {
  wire: Pick<Wire<'visitor'>, 'request' | '$status' | 'onOnline'>
  $call: ReadableAtom<CallState | null>
  /** Where the page is. */
  $url: ReadableAtom<string>
  /** The page says that it has such a form open. */
  $form: ReadableAtom<boolean>
  /** Patterns of the site's: `pageMatches`. */
  pages: readonly string[]
}

/** Asks for a pause and its end as the page goes, one after the other. What the tab's last page has paused ends with it. */
export function createPauses({ wire, $call, $url, $form, pages }: PausesOptions) {
  const store = browserStore(() => sessionStorage)
  // It lasts as long as the page.
  const { signal } = new AbortController()
  let tail = Promise.resolve()

  const wanted = (): 'form' | 'page' | null => {
    if ($form.get()) return 'form'
    return pages.some((pattern) => pageMatches(pattern, $url.get())) ? 'page' : null
  }
  /** The hold of this tab in this call; `ending`: its end has been asked for. */
  const held = (callId: string): { id: string; ending: boolean } | null => {
    const [of, id, ending] = (store.get(KEY) ?? '').split(' ')
    return of === callId && id !== undefined ? { id, ending: ending !== undefined } : null
  }
  /** The call in which this page has said so; what an earlier page asked for may never have arrived. */
  let said: string | null = null

  async function follow(): Promise<void> {
    const callId = $call.get()?.id
    if (callId === undefined) return
    const why = wanted()
    const known = held(callId)
    if (why !== null && said !== callId)
      await pause(callId, why, known?.ending === false ? known.id : newId())
    else if (why === null && known !== null) await resume(callId, known.id)
  }

  async function pause(callId: string, why: 'form' | 'page', hold: string): Promise<void> {
    // Remembered first: if this page is left before the answer, the next one ends it.
    store.set(KEY, `${callId} ${hold}`)
    said = callId
    await untilAnswered(wire, signal, () => wire.request('recording.pause', { callId, hold, why }))
  }

  async function resume(callId: string, hold: string): Promise<void> {
    store.set(KEY, `${callId} ${hold} ending`)
    said = null
    await untilAnswered(wire, signal, () => wire.request('recording.resume', { callId, hold }))
    store.remove(KEY)
  }

  const step = (): void => {
    tail = tail.then(follow).catch((error: unknown) => {
      // Refused: the call is over, and with it what was recorded of it.
      console.debug('recording.pause', error)
    })
  }
  $call.subscribe(step)
  $url.listen(step)
  $form.listen(step)

  return {
    /** Resolves when what was wished for until now is so. */
    settled: async (): Promise<void> => tail,
  }
}
