/** One living connection to the server over socket.io: reconnects by itself, proves its path, answers or rejects. */
import { atom } from 'nanostores'
import type { Failure } from '../../server/contract/errors.ts'
import { createServerClock, systemClock } from './clock.ts'
import { createAnswers } from './answers.ts'
import { type Line, type LineEvents, openSocketLine } from './line.ts'
import { createListeners, watchPage } from './listeners.ts'
import { $outdated } from './outdated.ts'
import type { RequestError } from './request-error.ts'
import { shareLine, type Lines } from './tabs.ts'
import type { Namespace, PushName, Wire, WireStatus } from './wire.ts'

const ANSWER_MS = 8_000
/** In a call. */
const BEAT_MS = 1_000
/** In a call a late answer means a dead path; elsewhere it may as well be a busy server. */
const BEAT_ANSWER_MS = { lively: 2_000, calm: 5_000 }
/** In a call a line that is silent for so long gets rivals, one after the other. The first to be there takes over. */
const DOUBT_MS = 700
const RIVAL_EVERY_MS = 1_000
const OFFLINE_AFTER_MS = 2_000
const RETRY_MS = { least: 200, most: { lively: 800, calm: 2_000 } }

export type WireOptions<N extends Namespace> = {
  namespace: N
  /** Origin of the server; the page's own by default. */
  url?: string
  /** A token that is good now; `renew` says that the last one was refused. Rejecting means: try again later. */
  token: (renew: boolean) => Promise<string>
  /** The server will not have this client any more (`notAllowed`): no further attempts are made. */
  onRefused?: (failure: Failure) => void
  /** Pages of one browser that connect under this name use one socket together. */
  share?: string
}

/** Names of our own beside the server's pushes; none of those has a space. */
const ONLINE = 'went online'
const LEAVING = 'is leaving'

export function connectWire<N extends Namespace>(options: WireOptions<N>): Wire<N> {
  const link = createLink(options)
  const { listeners, $status } = link
  const stopWatching = watchPage(link)
  const request = ((name: string, input: unknown, how?: { timeoutMs?: number }) =>
    link.request(name, input, how?.timeoutMs ?? ANSWER_MS)) as Wire<N>['request']
  link.retry(true)
  return {
    request,
    on: (push: PushName<N>, handler: (payload: never) => void) => listeners.add(push, handler),
    $status,
    since: link.since,
    onOnline(handler) {
      if ($status.get() === 'online') handler(false)
      return listeners.add(ONLINE, handler)
    },
    beforeLeave: (handler) => listeners.add(LEAVING, handler),
    serverNow: link.serverNow,
    setLively: link.setLively,
    check: link.wake,
    renew() {
      link.drop()
      link.retry(true)
    },
    close() {
      stopWatching()
      link.close()
    },
  }
}

/** The status, and when it last changed. Offline is said a little later than it is known, since most gaps are short. */
function createStatus() {
  const $status = atom<WireStatus>('connecting')
  let changedAt = Date.now()
  let timer: ReturnType<typeof setTimeout> | undefined
  const set = (status: WireStatus): void => {
    clearTimeout(timer)
    if ($status.get() === status) return
    changedAt = Date.now()
    $status.set(status)
  }
  return {
    $status,
    since: () => changedAt,
    set,
    lost(): void {
      if ($status.get() !== 'online') return
      set('connecting')
      timer = setTimeout(() => set('offline'), OFFLINE_AFTER_MS)
    },
  }
}

function linesOf({ share, ...options }: WireOptions<Namespace>): Lines {
  const open = (token: string, events: LineEvents) => openSocketLine(options, token, events)
  return share ? shareLine(share, open) : { open, rest: () => undefined }
}

/** One line after the other: what is stale is replaced, what is lost is tried again. */
export function createLink<N extends Namespace>(options: WireOptions<N>, lines: Lines = linesOf(options)) {
  const status = createStatus()
  const clock = createServerClock(systemClock)
  const answers = createAnswers()
  const listeners = createListeners()
  let line: Line | null = null
  /** Counts lines; what an earlier one tells is past. */
  let turn = 0
  let attempt = 0
  /** The attempt that is under way. */
  let connecting: symbol | null = null
  let renew = false
  let lively = false
  let life: 'awake' | 'asleep' | 'closed' = 'awake'
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let beatTimer: ReturnType<typeof setTimeout> | undefined
  let doubtTimer: ReturnType<typeof setTimeout> | undefined
  /** The path went silent, so that what comes next is probably another one. */
  let silent = false
  let beats = 0

  const pace = () => (lively ? 'lively' : 'calm')
  const doubtIn = (ms: number): void => {
    clearTimeout(doubtTimer)
    if (!lively) return
    doubtTimer = setTimeout(() => {
      silent = true
      line?.doubt()
      doubtIn(RIVAL_EVERY_MS)
    }, ms)
  }
  const shut = (): void => {
    clearTimeout(beatTimer)
    clearTimeout(doubtTimer)
    turn++
    line?.close()
    line = null
  }
  const drop = (): void => {
    shut()
    answers.rejectAll()
    status.lost()
  }
  const retry = (soon = false): void => {
    if (life !== 'awake') return
    clearTimeout(retryTimer)
    const ceiling = Math.min(RETRY_MS.most[pace()], RETRY_MS.least * 2 ** attempt)
    const wait = soon ? 0 : RETRY_MS.least + Math.random() * (ceiling - RETRY_MS.least)
    attempt++
    retryTimer = setTimeout(() => {
      retryTimer = undefined
      void connect()
    }, wait)
  }
  const failed = (): void => {
    drop()
    if (attempt >= 2 && status.$status.get() === 'connecting') status.set('offline')
    retry()
  }
  const connect = async (): Promise<void> => {
    if (connecting || life !== 'awake' || line?.ready()) return
    const mine = Symbol('attempt')
    connecting = mine
    try {
      const token = await options.token(renew)
      renew = false
      if (life === 'awake') await open(token)
    } catch {
      // The caller of `token` has told why; here it only means that there is nothing to connect with yet.
      failed()
    } finally {
      if (connecting === mine) {
        connecting = null
        // Another line was asked for while this one was being opened.
        if (!line && !retryTimer) retry(true)
      }
    }
  }
  const open = async (token: string): Promise<void> => {
    shut()
    doubtIn(RIVAL_EVERY_MS)
    const mine = turn
    const now =
      <A extends unknown[]>(act: (...args: A) => void) =>
      (...args: A): void => {
        if (turn === mine) act(...args)
      }
    const pushed = (name: string, payload: unknown): void => {
      if (name === 'clock') clock.learn((payload as { now: number }).now, 1_000)
      listeners.tell(name, payload)
    }
    const opened = await lines.open(token, {
      arrived: now(arrived),
      refused: now(refused),
      lost: now(failed),
      moved: now(moved),
      pushed: now(pushed),
    })
    if (turn === mine) line = opened
    else opened.close()
  }
  const arrived = (): void => {
    attempt = 0
    if (line) answers.askAgain(line)
    const afterSilence = silent
    silent = false
    status.set('online')
    listeners.tell(ONLINE, afterSilence)
    beat()
  }
  const moved = (): void => {
    shut()
    status.lost()
    connecting = null
    retry(true)
  }
  const refused = (failure?: Failure): void => {
    if (failure?.code === 'signInNeeded') renew = true
    if (failure?.code === 'conflict') {
      // Its words are no longer understood; a newer page of the same browser must not wait for it.
      close()
      return $outdated.set(true)
    }
    if (failure?.code !== 'notAllowed' || !options.onRefused) return failed()
    close()
    options.onRefused(failure)
  }

  /** Asks the path to prove itself; silence means a stale socket, which is replaced. */
  const beat = (): void => {
    clearTimeout(beatTimer)
    const mine = ++beats
    const asked = performance.now()
    const proven = (): void => {
      clearTimeout(doubtTimer)
      silent = false
      if (lively) beatTimer = setTimeout(beat, BEAT_MS)
    }
    doubtIn(DOUBT_MS)
    const at = line
    answers.ask(at, 'beat', {}, BEAT_ANSWER_MS[pace()]).then(
      (answer) => {
        clock.learn((answer as { now: number }).now, performance.now() - asked)
        if (mine === beats && line === at) proven()
      },
      (error: RequestError) => {
        if (mine !== beats || line !== at || !at) return
        if (error.code !== 'unavailable') return proven()
        drop()
        silent = true
        retry(true)
      },
    )
  }
  const close = (): void => {
    life = 'closed'
    clearTimeout(retryTimer)
    quit()
    status.set('offline')
  }
  const quit = (): void => {
    drop()
    lines.rest()
  }

  return {
    $status: status.$status,
    since: status.since,
    serverNow: clock.now,
    listeners,
    request: (name: string, input: unknown, timeoutMs: number) => answers.ask(line, name, input, timeoutMs),
    drop,
    retry,
    close,
    wake(): void {
      if (life !== 'awake') return
      if (line?.ready()) return beat()
      attempt = 0
      retry(true)
    },
    leave(): void {
      const before = answers.count()
      listeners.tell(LEAVING)
      if (life === 'awake') life = 'asleep'
      clearTimeout(retryTimer)
      // A last word that is cut off by closing at once never leaves the machine.
      if (answers.count() > before) setTimeout(quit)
      else quit()
    },
    comeBack(): void {
      if (life === 'closed') return
      life = 'awake'
      retry(true)
    },
    setLively(next: boolean): void {
      lively = next
      if (next && line?.ready()) beat()
    },
  }
}
