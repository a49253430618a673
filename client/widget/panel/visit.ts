/** The visitor's side of everything: session, connection, thread, and what the launcher is told of them. */
import { atom, computed, type ReadableAtom, type WritableAtom } from 'nanostores'
import type { Identified } from '../../../server/contract/http.ts'
import type { Locale } from '../../../server/contract/words.ts'
import { createDrafts, type Drafts } from '../../model/drafts.ts'
import { visitorPort } from '../../model/port.ts'
import { createStaging, type Staging } from '../../model/staging.ts'
import { createThread, type Thread, type ThreadView } from '../../model/thread.ts'
import { part, tryParts } from '../../wire/part.ts'
import { failureOf } from '../../wire/request-error.ts'
import { connectWire } from '../../wire/socket.ts'
import { createAttachments } from '../../wire/attachments.ts'
import { browserStore, memoryStore } from '../../wire/storage.ts'
import { createVisitorSession, type Session } from '../../wire/visitor-session.ts'
import type { Wire } from '../../wire/wire.ts'
import type { ToPanel } from '../messages.ts'
import type { Address } from './address.ts'
import { createCarrier } from './carrier.ts'
import { type Calling, createCalling } from './calling.ts'
import { type Bridge, createBridge } from './bridge.ts'
import { createNaming } from './naming.ts'
import { createSounds, type Sounds } from './sounds.ts'
import { createWaiting, type WaitingParts } from './waiting.ts'

export type Visit = {
  address: Address
  bridge: Bridge
  session: Session
  wire: Wire<'visitor'>
  thread: Thread
  calling: Calling
  waiting: WaitingParts
  /** Something is to be filled in first: no message is written meanwhile. */
  $blocked: WritableAtom<boolean>
  drafts: Drafts
  /** Names the visitor's draft. */
  scope: string
  files: Staging
  sounds: Sounds
  attachments: ReturnType<typeof createAttachments>
  $open: ReadableAtom<boolean>
  $locale: ReadableAtom<Locale>
  /** Whether somebody can answer now; null: not known yet. */
  $team: ReadableAtom<boolean | null>
  $unread: ReadableAtom<number>
  /** Parley will not have this page: wrong site or origin. */
  $refused: ReadableAtom<boolean>
  page(): Address['page']
  /** Called when the field should have the focus. */
  onFocus(handler: () => void): () => void
  focusField(): void
  fold(): void
  /** The reader has seen the thread's end. */
  read(): void
  close(): void
}

/** `speak`: has the words of calls and of waiting ready before they are drawn. */
export function createVisit(address: Address, speak: () => Promise<void>): Visit {
  const { ownWindow } = address
  // Not before this is made and the page knows it.
  const words = () => Promise.resolve().then(speak)
  // What a window was lent ends with it.
  const store = browserStore(ownWindow ? () => sessionStorage : undefined)
  const $open = atom(false)
  const $locale = atom<Locale>(address.locale)
  const $team = atom<boolean | null>(null)
  const $refused = atom(false)
  const focus = new Set<() => void>()
  let focusWanted = false
  const focusField = (): void => {
    focusWanted = focus.size === 0
    for (const handler of focus) handler()
  }
  let page = address.page
  const scope = `visitor.${address.site}`

  const bridge = createBridge(address.shop, (message) => heard(message))
  const carrier = createCarrier(address, bridge)
  const session = createVisitorSession({
    site: address.site,
    store,
    locale: address.locale,
    carrier,
    onOther: (stored) => forgetWords(stored),
    ...(ownWindow ? { first: async () => (await import('./call-window.ts')).firstSecret() } : {}),
  })
  const wire = connectWire<'visitor'>({
    namespace: 'visitor',
    token: (renew) =>
      session.token(renew).catch((error: unknown) => {
        const { code } = failureOf(error)
        if (code === 'notAllowed' || code === 'notFound') {
          $refused.set(true)
          wire.close()
        }
        throw error
      }),
    onRefused: () => $refused.set(true),
    ...(ownWindow ? {} : { share: address.site }),
  })
  const thread = createThread({
    port: visitorPort(wire, () => page),
    audience: 'visitor',
    conversationId: null,
    store,
    scope,
  })
  const drafts = createDrafts(store)
  const attachments = createAttachments(session, wire, '/api/visitor/attachments')
  const files = createStaging(
    browserStore(() => sessionStorage),
    scope,
    attachments.upload,
  )
  /** What the one before wrote and did not send. */
  const forgetWords = (stored: boolean): void => {
    if (stored) drafts.set(scope, '')
    thread.forget(stored)
    drafts.readAnew()
    files.clear()
  }
  const $url = atom(page?.url ?? '')
  const windowKey = `parley.window.${address.site}`
  const calling = createCalling({
    ...{ address, locale: $locale.get, wire, thread, session, page: () => page, $url },
    opened: (window) => store.set(windowKey, window),
    words,
  })
  const $readTo = atom(0)
  const $unread = computed([thread.$view, $readTo], countUnread)

  const naming = createNaming(async (identity) => {
    const answer = await session.fetch('/api/visitor/identify', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Named by nobody, the window that a call was moved to would lose its session.
      body: JSON.stringify({ ...identity, window: store.get(windowKey) ?? undefined }),
    })
    session.become((await answer.json()) as Identified)
    wire.renew()
  })

  /** Where the visitor is and what they speak: of several tabs the one that they look at says it. */
  const sayPage = (): void => {
    if (page && document.visibilityState === 'visible')
      wire.request('page', { ...page, locale: $locale.get() }).catch(() => undefined)
  }
  const heard = (message: ToPanel): void => {
    switch (message.type) {
      case 'open':
        $open.set(true)
        if (message.focus) focusField()
        return
      case 'fold':
        return $open.set(false)
      case 'identify':
        return void naming.name(message.identity)
      case 'locale':
        $locale.set(message.locale)
        return sayPage()
      case 'page':
        page = { ...page, url: message.url, title: message.title }
        $url.set(page.url)
        return sayPage()
      case 'subscribed':
        // Heard by whoever asked for it.
        return
      case 'at':
        return $url.set(message.url)
      case 'form':
        return void calling.form(message.open).then(
          () => bridge.tell({ type: 'paused' }),
          () => undefined,
        )
      case 'carried':
        return carrier?.heard(message.secret)
      case 'shutdown':
        naming.forget()
        wire.close()
        thread.close()
        forgetWords(true)
        store.remove(windowKey)
        session.forget()
        // What is still under way finds no storage to write to.
        return void Object.assign(store, memoryStore())
    }
  }
  const sounds = createSounds(store)
  if (bridge.alone) $open.set(true)
  const stops = [
    wire.on('team', ({ online, open, full }) => $team.set(online && open && !full)),
    $unread.subscribe((count) => bridge.tell({ type: 'unread', count })),
    tellOfNews(thread, bridge, () => {
      if (!$open.get() || !document.hasFocus()) sounds.chime()
    }),
    tellOfCalls(thread, bridge),
    wire.onOnline(() => {
      tryParts()
      naming.again()
      sayPage()
    }),
    tellOfRunning(thread, bridge),
    naming.forget,
  ]
  document.addEventListener('visibilitychange', sayPage)
  bridge.tell({ type: 'ready' })

  const visit: Visit = {
    address,
    bridge,
    session,
    wire,
    thread,
    calling,
    waiting: createWaiting({
      ...{ wire, thread, session, $team, address, locale: $locale.get, words },
    }),
    $blocked: atom(false),
    ...{ drafts, scope, files, attachments },
    sounds,
    $open,
    $locale,
    $team,
    $unread,
    $refused,
    page: () => page,
    onFocus(handler) {
      focus.add(handler)
      if (focusWanted) focusField()
      return () => focus.delete(handler)
    },
    focusField,
    fold: () => bridge.tell({ type: 'close' }),
    read() {
      if (!$open.get()) return
      const { seq } = thread.$view.get().state
      $readTo.set(seq)
      thread.read(seq)
    },
    close() {
      for (const stop of stops) stop()
      thread.close()
      wire.close()
    },
  }
  if (ownWindow) void part(() => import('./call-window.ts')).then(({ takeCall }) => takeCall(visit))
  return visit
}

function countUnread({ events, marks }: ThreadView, readTo: number): number {
  const from = Math.max(readTo, marks.visitor.read)
  return events.filter((one) => one.seq > from && one.type === 'message' && one.actor.kind === 'agent').length
}

/** Messages of the team that arrive while the panel is loaded; what was there at first is no news. */
function tellOfNews(thread: Thread, bridge: Bridge, arrived: () => void): () => void {
  let seen: { conversationId: string | null; seq: number } | null = null
  return thread.$view.subscribe(({ phase, conversationId, state, events }) => {
    if (phase === 'loading') return
    const before = seen?.conversationId === conversationId ? seen.seq : state.seq
    seen = { conversationId, seq: state.seq }
    for (const one of events.slice(-20)) {
      if (one.seq <= before || one.type !== 'message' || one.actor.kind !== 'agent') continue
      bridge.tell({ type: 'message', name: one.actor.name })
      arrived()
    }
  })
}

function tellOfCalls(thread: Thread, bridge: Bridge): () => void {
  const $call = computed(thread.$view, ({ state }) =>
    state.call ? `${state.call.phase} ${state.call.media}` : '',
  )
  let media: 'voice' | 'video' = 'voice'
  let told = false
  return $call.subscribe(() => {
    const { call } = thread.$view.get().state
    if (!call && !told) return
    media = call?.media ?? media
    told = call !== null
    const state = !call ? 'ended' : call.phase === 'asking' ? 'asked' : 'connected'
    bridge.tell({ type: 'call', call: { state, media } })
    if (call?.phase === 'asking' && call.by === 'agent') bridge.tell({ type: 'show' })
  })
}

function tellOfRunning(thread: Thread, bridge: Bridge): () => void {
  const $running = computed(thread.$view, ({ phase, conversationId, state, pending }) => {
    if (phase === 'loading') return null
    const conversation = pending.length > 0 || (conversationId !== null && state.phase.name !== 'ended')
    return `${conversation} ${state.call !== null}`
  })
  return $running.subscribe((running) => {
    if (running === null) return
    const [conversation, call] = running.split(' ')
    bridge.tell({ type: 'running', conversation: conversation === 'true', call: call === 'true' })
  })
}
