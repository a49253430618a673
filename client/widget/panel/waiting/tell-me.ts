/**
 * Being told on this device that it is one's turn, while no page is open. A frame in another's page gets no permission for
 * that: the shop's page asks for it where it hosts the worker, else a small window of Parley's own does.
 */
import { atom, type ReadableAtom } from 'nanostores'
import type { PushState } from '../../../../server/contract/push.ts'
import { mayBeTold, type Subscribing } from '../../../push/subscribe.ts'
import type { Session } from '../../../wire/visitor-session.ts'
import { type FromPanel, type FromTellMe, type ToPanel, type ToTellMe, unwrap, wrap } from '../../messages.ts'
import type { Address } from '../address.ts'

/** `none`: not possible here, or not known yet. `blocked`: the browser opened no window. */
type State = 'none' | 'off' | 'on' | 'asking' | 'blocked' | 'denied' | 'failed'

export type TellMe = {
  $state: ReadableAtom<State>
  /** Call it from a click. */
  ask(): void
  /** No more. */
  stop(): void
}

type Options = { session: Session; address: Address; locale(): string }

const LOOK = 'popup,width=440,height=560'
const CLOSED_MS = 500

export function createTellMe({ session, address, locale }: Options): TellMe {
  const $state = atom<State>('none')
  let key: string | null = null
  let hosted = address.worker && address.shop !== null

  const send = (method: string, body?: object): Promise<Response> =>
    session.fetch('/api/visitor/push', {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })

  async function load(): Promise<void> {
    if (!mayBeTold()) return
    const state = (await (await send('GET')).json()) as PushState
    key = state.key
    if (key !== null) $state.set(state.on ? 'on' : 'off')
  }
  void load().catch(() => undefined)

  /** True: the server knows of it. */
  async function keep(done: Subscribing): Promise<boolean> {
    if (done.is !== 'subscribed') {
      $state.set(done.is)
      return false
    }
    try {
      await send('PUT', { subscription: done.subscription, locale: locale() })
      $state.set('on')
      return true
    } catch {
      $state.set('failed')
      return false
    }
  }

  function askShop(applicationKey: string, shop: string): void {
    $state.set('asking')
    const over = new AbortController()
    const heard = (event: MessageEvent): void => {
      const message = unwrap<ToPanel>(event, window.parent, shop)
      if (message?.type !== 'subscribed') return
      over.abort()
      // What the shop's page could not do, the window may.
      if (message.done.is === 'failed') hosted = false
      void keep(message.done)
    }
    addEventListener('message', heard, { signal: over.signal })
    window.parent.postMessage(wrap<FromPanel>({ type: 'subscribe', key: applicationKey }), shop)
  }

  function askInWindow(applicationKey: string): void {
    const about = new URLSearchParams({ lang: locale() })
    const opened = window.open(`/widget/notify#${about}`, '_blank', LOOK)
    if (!opened) return $state.set('blocked')
    $state.set('asking')
    const tell = (message: ToTellMe): void => opened.postMessage(wrap(message), location.origin)
    const over = new AbortController()
    const heard = (event: MessageEvent): void => {
      const message = unwrap<FromTellMe>(event, opened, location.origin)
      const site = session.$session.get()?.site.name ?? ''
      if (message?.type === 'hello') tell({ type: 'key', key: applicationKey, site })
      if (message?.type === 'subscribed') void keep(message.done).then((ok) => tell({ type: 'kept', ok }))
    }
    addEventListener('message', heard, { signal: over.signal })
    const closed = setInterval(() => {
      if (!opened.closed) return
      clearInterval(closed)
      over.abort()
      if ($state.get() === 'asking') $state.set('off')
    }, CLOSED_MS)
  }

  return {
    $state,
    ask() {
      if (key === null) return
      if (hosted && address.shop !== null) askShop(key, address.shop)
      else askInWindow(key)
    },
    stop() {
      $state.set('off')
      send('DELETE').catch(() => $state.set('on'))
    },
  }
}
