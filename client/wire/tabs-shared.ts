/** What tabs say to each other once there are several of them. */
import { type Answer, type Answered, type Line, type LineEvents, type SocketLine, TAB } from './line.ts'

type ToLeader =
  | { kind: 'hello'; from: string }
  | { kind: 'doubt' }
  | { kind: 'ask'; from: string; id: number; name: string; input: unknown; ms: number }

type FromLeader =
  /** A new one leads: say hello to it. */
  | { kind: 'leads' }
  /** Whether its socket works; `to`: answers a hello. */
  | { kind: 'up'; up: boolean; to?: string }
  | { kind: 'push'; name: string; payload: unknown; to: string | undefined }
  | { kind: 'answer'; to: string; id: number; answer: Answer }

/** A page that is asleep, or whose code cannot serve others, does not answer. */
const HELLO_MS = 3_000

export type Leading = {
  up(up: boolean): void
  push(name: string, payload: unknown, tab: string | undefined): void
  close(): void
}

type LeadOptions = {
  name: string
  channel: BroadcastChannel
  /** What was said while this was fetched. */
  early: unknown[]
  socket(): SocketLine | null
  /** A follower's heartbeat was not answered in its time. */
  stale(): void
}

/** A follower holds this lock as long as its page lives. */
const lifeOf = (name: string, tab: string): string => `${name} ${tab}`

export function lead({ name, channel, early, socket, stale }: LeadOptions): Leading {
  const known = new Set<string>()
  const ending = new AbortController()
  const post = (message: FromLeader): void => channel.postMessage(message)

  const watch = (tab: string): void => {
    if (known.has(tab)) return
    known.add(tab)
    navigator.locks
      .request(lifeOf(name, tab), { signal: ending.signal }, () => {
        known.delete(tab)
        if (socket()?.ready()) socket()?.say('tabGone', tab)
      })
      .catch(() => undefined)
  }

  const relay = ({ from, id, name: request, input, ms }: ToLeader & { kind: 'ask' }): void => {
    const line = socket()
    if (!line?.ready()) return
    // Who is in a call asks for proof more often than this page does.
    const late = request === 'beat' ? setTimeout(() => line === socket() && stale(), ms) : undefined
    line.say('relay', from, request, input, (answer: Answer) => {
      clearTimeout(late)
      post({ kind: 'answer', to: from, id, answer })
    })
  }

  const hear = (message: ToLeader): void => {
    if (message.kind === 'ask') relay(message)
    if (message.kind === 'doubt') socket()?.doubt()
    if (message.kind !== 'hello') return
    watch(message.from)
    post({ kind: 'up', up: socket()?.ready() ?? false, to: message.from })
  }
  channel.onmessage = ({ data }: MessageEvent<ToLeader>) => hear(data)
  for (const message of early) hear(message as ToLeader)

  return {
    up: (up) => post({ kind: 'up', up }),
    push(push, payload, to) {
      if (known.size > 0 && to !== TAB) post({ kind: 'push', name: push, payload, to })
    },
    close: () => ending.abort(),
  }
}

type FollowOptions = {
  name: string
  events: LineEvents
  /** Aborted when this page rests. */
  signal: AbortSignal
  claim(options: LockOptions): Promise<string>
}

/** This page's life, by the signal that ends it. */
type Life = {
  /** Kept once the page holds the lock that shows it. */
  shown: Promise<void>
  /** Of the present line. */
  events: LineEvents | null
}
const lives = new WeakMap<AbortSignal, Life>()

export function follow(options: FollowOptions): Line {
  const { name, events, signal, claim } = options
  const life = lives.get(signal) ?? begin(options)
  const channel = new BroadcastChannel(name)
  const asked = new Map<number, Answered>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let count = 0
  let up = false
  const post = (message: ToLeader): void => channel.postMessage(message)

  const set = (next: boolean): void => {
    clearTimeout(timer)
    const before = up
    up = next
    // Once more where another way has taken over.
    if (up) events.arrived()
    else if (before) events.lost()
  }
  channel.onmessage = ({ data }: MessageEvent<FromLeader>) => {
    if ('to' in data && data.to && data.to !== TAB) return
    if (data.kind === 'leads') events.moved()
    else if (data.kind === 'up') set(data.up)
    else if (data.kind === 'answer') {
      asked.get(data.id)?.(data.answer)
      asked.delete(data.id)
    } else if (data.kind === 'push' && up) events.pushed(data.name, data.payload)
  }
  const unanswered = async (): Promise<void> => {
    await claim({ steal: true })
    if (!closed) events.moved()
  }
  life.events = events
  void life.shown.then(() => {
    if (closed) return
    post({ kind: 'hello', from: TAB })
    timer = setTimeout(() => void unanswered(), HELLO_MS)
  })

  return {
    ready: () => up,
    ask(request, input, answered, ms) {
      asked.set(++count, answered)
      post({ kind: 'ask', from: TAB, id: count, name: request, input, ms })
    },
    doubt: () => post({ kind: 'doubt' }),
    close() {
      closed = true
      clearTimeout(timer)
      channel.close()
      if (life.events === events) life.events = null
    },
  }
}

/** Shows that this page lives, and stands in line for leading. */
function begin({ name, signal, claim }: FollowOptions): Life {
  const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  const shown = new Promise<void>((resolve) => {
    const holding = navigator.locks.request(lifeOf(name, TAB), () => {
      resolve()
      return over
    })
    holding.catch(() => resolve())
  })
  const life: Life = { shown, events: null }
  lives.set(signal, life)
  void claim({ signal }).then((got) => {
    if (got === 'leads') life.events?.moved()
  })
  return life
}
