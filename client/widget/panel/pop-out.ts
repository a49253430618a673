/** Moves the call into a small window of Parley's own, which outlives the shop's page. */
import { atom, type ReadableAtom } from 'nanostores'
import type { VisitorCode } from '../../../server/contract/http.ts'
import type { Call } from '../../call/controller.ts'
import type { Session } from '../../wire/visitor-session.ts'
import { type FromWindow, type ToWindow, unwrap, wrap } from '../messages.ts'

/** `blocked`: the browser opened no window. `failed`: it opened one that does not answer, or the code was refused. */
type PopOutState = 'ready' | 'opening' | 'blocked' | 'failed'
export type PopOut = { $state: ReadableAtom<PopOutState>; open(): void }

type Options = {
  site: string
  locale: () => string
  session: Pick<Session, 'fetch'>
  /** Told the name of the window's session. */
  opened(window: string): void
  call: Pick<Call, '$call' | 'devices'>
}

const LOOK = 'popup,width=400,height=680'
/** A shop's page that cuts itself off from the windows it opens leaves one that cannot answer. */
const ANSWERS_MS = 10_000

export function createPopOut({ site, locale, session, call, ...told }: Options): PopOut {
  const $state = atom<PopOutState>('ready')

  /** What the new window needs to become this visitor: good once, and for a minute. */
  async function handOver(opened: Window, callId: string): Promise<void> {
    const answer = await session.fetch('/api/visitor/code', { method: 'POST' })
    const { code, window } = (await answer.json()) as VisitorCode
    told.opened(window)
    const camera = call.devices.$cam.get().name === 'on'
    opened.postMessage(wrap<ToWindow>({ type: 'code', code, callId, camera }), location.origin)
  }

  function open(): void {
    const callId = call.$call.get()?.id
    if (!callId || $state.get() === 'opening') return
    // Within the click, or the browser blocks it.
    const about = new URLSearchParams({ lang: locale(), window: 'call' })
    const opened = window.open(`/widget/panel?site=${encodeURIComponent(site)}#${about}`, '_blank', LOOK)
    if (!opened) return $state.set('blocked')
    $state.set('opening')
    const over = new AbortController()
    const end = (state: PopOutState): void => {
      over.abort()
      clearTimeout(late)
      $state.set(state)
    }
    const fail = (): void => {
      opened.close()
      end('failed')
    }
    const late = setTimeout(fail, ANSWERS_MS)
    const heard = (event: MessageEvent): void => {
      if (unwrap<FromWindow>(event, opened, location.origin)?.type !== 'hello') return
      clearTimeout(late)
      // From here on the window says for itself what it lacks, a microphone for instance.
      handOver(opened, callId).then(() => end('ready'), fail)
    }
    addEventListener('message', heard, { signal: over.signal })
  }

  return { $state, open }
}
