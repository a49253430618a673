/** Being told in this browser while the desk is not in view. The wish is kept here for each person who signs in. */
import { atom, type ReadableAtom } from 'nanostores'
import type { PushState } from '../../../server/contract/push.ts'
import { mayBeTold, subscribeHere } from '../../push/subscribe.ts'
import type { Store } from '../../wire/storage.ts'
import type { Session } from '../session/desk-session.ts'

/** `asking`: the browser's user; `busy`: worker and push service. `none`: this browser cannot, or the operator has switched it off. */
type State = 'off' | 'on' | 'asking' | 'busy' | 'denied' | 'failed' | 'none'
export type Wish = 'off' | 'on' | 'board'

export type DeskPush = {
  $state: ReadableAtom<State>
  /** Supervisors: also what is beyond its promise on the board. */
  $board: ReadableAtom<boolean>
  /** Asks the browser for permission: call it from a click. */
  set(wish: Wish): Promise<void>
  /** Whether the worker shows notifications, so that the page must not. */
  speaks(): boolean
  close(): void
}

export const SCOPE = '/desk'

type Options = { session: Pick<Session, 'fetch'>; me: string; store: Store; locale(): string }

export function createPush({ session, me, store, locale }: Options): DeskPush {
  const kept = `parley.desk.push.${me}`
  const $state = atom<State>('off')
  const $board = atom(false)
  let key: string | null = null

  const send = (method: string, body?: object): Promise<Response> =>
    session.fetch('/api/desk/push', {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })

  async function begin(board: boolean): Promise<void> {
    if (key === null) return $state.set('none')
    const done = await subscribeHere('/parley-sw.js', SCOPE, key)
    if (done.is !== 'subscribed') return $state.set(done.is)
    await send('PUT', { subscription: done.subscription, locale: locale(), board })
    store.set(kept, board ? 'board' : 'on')
    $board.set(board)
    $state.set('on')
  }
  async function end(): Promise<void> {
    store.remove(kept)
    $board.set(false)
    $state.set('off')
    await send('DELETE')
  }
  const set = async (wish: Wish): Promise<void> => {
    $board.set(wish === 'board')
    if (wish !== 'off') $state.set(Notification.permission === 'granted' ? 'busy' : 'asking')
    await (wish === 'off' ? end() : begin(wish === 'board')).catch(() => $state.set('failed'))
  }

  /** Push services renew addresses and people sign in anew: what was wished is said again, without a question. */
  async function start(): Promise<void> {
    if (!mayBeTold()) return $state.set('none')
    const state = (await (await send('GET')).json()) as PushState
    key = state.key
    if (key === null) return $state.set('none')
    const wish = store.get(kept)
    if (Notification.permission === 'denied') $state.set('denied')
    else if (wish && Notification.permission === 'granted') await begin(wish === 'board')
  }
  start().catch(() => undefined)

  /** What was shown meanwhile is before one's eyes now. */
  const seen = (): void => {
    if (document.visibilityState !== 'visible' || $state.get() !== 'on') return
    void navigator.serviceWorker
      .getRegistration(SCOPE)
      .then((known) => known?.getNotifications())
      .then((all) => all?.forEach((one) => one.close()))
  }
  document.addEventListener('visibilitychange', seen)
  return {
    ...{ $state, $board, set },
    speaks: () => $state.get() === 'on',
    close: () => document.removeEventListener('visibilitychange', seen),
  }
}
