/** Calls, fetched when one is near: a button is about to be pressed, the thread holds one, the last page was in one. */
import { atom, computed, type ReadableAtom } from 'nanostores'
import type { Call } from '../../call/controller.ts'
import { joined } from '../../call/joined.ts'
import type { Thread } from '../../model/thread.ts'
import { part } from '../../wire/part.ts'
import type { Session } from '../../wire/visitor-session.ts'
import type { Wire } from '../../wire/wire.ts'
import type { Locale } from '../../../server/contract/words.ts'
import type { Address } from './address.ts'
import type { PopOut } from './pop-out.ts'

const LATE_MS = 15_000

type Drawn = 'CallCard' | 'CallPanel' | 'PopOutButton' | 'TryConnection'
export type CallParts = Pick<typeof import('./call-parts.ts'), Drawn> & {
  call: Call
  /** Null in the window that it leads to. */
  popOut: PopOut | null
}

export type Calling = {
  /** Null until fetched. */
  $parts: ReadableAtom<CallParts | null>
  /** A call that was asked for is being prepared. */
  $preparing: ReadableAtom<boolean>
  /** Fetches what a call needs; harmless to repeat. */
  near(): void
  /** Whether the page has a form open of which nothing may be recorded; resolves once nothing is. */
  form(open: boolean): Promise<void>
  /** `voicemail`: nobody is to answer. */
  ask(media: 'voice' | 'video', voicemail?: boolean): Promise<void>
}

type Options = {
  address: Address
  locale: () => Locale
  wire: Wire<'visitor'>
  thread: Thread
  session: Session
  page: () => Address['page']
  /** The address that the page has now. */
  $url: ReadableAtom<string>
  /** A call was moved to a window, which has this session. */
  opened(window: string): void
  /** Has the words for calls ready before they are drawn. */
  words: () => Promise<void>
}

export function createCalling(options: Options): Calling {
  const { address, locale, wire, thread, session, page, words, $url, opened } = options
  const $parts = atom<CallParts | null>(null)
  const $preparing = atom(false)
  const $form = atom(false)
  let settled: (() => Promise<void>) | null = null
  let loading: Promise<CallParts> | null = null

  const load = async (): Promise<CallParts> => {
    const [parts] = await Promise.all([
      part(() => import('./call-parts.ts')),
      // What the site says of calls is as fresh as the token by then.
      until(wire.$status, (status) => status === 'online'),
      words(),
    ])
    void parts.preloadMedia()
    const devices = parts.createDevices()
    const { site } = session.$session.get() ?? {}
    const { consent = 'required', holdAudio = null, pausePages = [] } = site ?? {}
    const call = parts.createCall({
      wire,
      thread,
      side: 'visitor',
      devices,
      consent,
      holdAudio,
      page,
    })
    settled = parts.createPauses({ wire, $call: call.$call, $url, $form, pages: pausePages }).settled
    const popOut = address.ownWindow
      ? null
      : parts.createPopOut({ site: address.site, locale, session, call, opened })
    const { CallCard, CallPanel, PopOutButton, TryConnection } = parts
    const ready = { CallCard, CallPanel, PopOutButton, TryConnection, call, popOut }
    $parts.set(ready)
    return ready
  }
  const fetch = (): Promise<CallParts> => {
    loading ??= load()
    return loading
  }
  const near = (): void => void fetch()

  const $hasCall = computed(thread.$view, ({ state, events }) => {
    return state.call !== null || events.some((one) => 'callId' in one.payload)
  })
  $hasCall.subscribe((has) => {
    if (has) near()
  })
  if (joined.get()) near()

  return {
    $parts,
    $preparing,
    near,
    async form(open) {
      $form.set(open)
      await until(thread.$view, ({ phase }) => phase !== 'loading')
      if (!thread.$view.get().state.call) return
      await fetch()
      await settled?.()
    },
    async ask(media, voicemail = false) {
      if ($preparing.get()) return
      $preparing.set(true)
      const asked = Date.now()
      const { call } = await fetch()
      $preparing.set(false)
      // Who had to wait for so long may be at something else by now: the button can be pressed again.
      if (Date.now() - asked < LATE_MS) call.ask(media, voicemail)
    },
  }
}

/** Resolves as soon as the store's value fits. */
const until = <T>(store: ReadableAtom<T>, fits: (value: T) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop = store.listen(look)
    function look(): void {
      if (!fits(store.get())) return
      stop()
      resolve()
    }
    look()
  })
