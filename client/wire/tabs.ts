/**
 * Tabs of one visitor use one socket. Whoever holds the lock of that name leads: it has the socket, and speaks on it for
 * the others, who ask it over a channel that only pages of Parley's origin under the same shop hear. The lock goes with
 * its page, however that ends, and the next in line leads. What only several tabs need is fetched when there are several.
 */
import { CONTRACT_VERSION } from '../../server/contract/limits.ts'
import { type Line, type LineEvents, type SocketLine, TAB } from './line.ts'
import type { Leading } from './tabs-shared.ts'

export type Lines = {
  open(token: string, events: LineEvents): Line | Promise<Line>
  /** This page goes away or wants no line any more: the next one may lead. */
  rest(): void
}
type OpenSocket = (token: string, events: LineEvents) => SocketLine

/** `waits`: another has it. `none`: this browser has no locks here. */
type Claim = 'leads' | 'waits' | 'none'

export function shareLine(scope: string, openOwn: OpenSocket): Lines {
  if (!('locks' in navigator && 'BroadcastChannel' in globalThis))
    return { open: openOwn, rest: () => undefined }
  // Pages of before an upgrade and of after it do not speak for each other.
  const name = `parley.tabs.${CONTRACT_VERSION}.${scope}`
  let leading: { leave(): void; channel: BroadcastChannel } | null = null
  let shared: Leading | null = null
  let resting = new AbortController()
  let socket: SocketLine | null = null
  let events: LineEvents | null = null

  /** Leads until `rest`, or until another takes the lock by force because this page did not answer it. */
  const claim = (options: LockOptions): Promise<Claim> =>
    new Promise((resolve) => {
      const held = navigator.locks.request(name, options, (lock) => {
        if (!lock) return resolve('waits')
        return new Promise<void>((leave) => {
          leading = { leave, channel: listen() }
          resolve('leads')
        })
      })
      held.catch((error: unknown) => {
        resolve((error as Error).name === 'AbortError' ? 'waits' : 'none')
        if (!leading || options.signal?.aborted) return
        stop()
        events?.moved()
      })
    })

  const stop = (): void => {
    shared?.close()
    leading?.channel.close()
    leading?.leave()
    leading = shared = null
  }

  /** The first word of another tab fetches what is needed to serve it. */
  const listen = (): BroadcastChannel => {
    const channel = new BroadcastChannel(name)
    const early: unknown[] = []
    channel.onmessage = ({ data }) => {
      early.push(data)
      if (early.length > 1) return
      import('./tabs-shared.ts').then(
        ({ lead }) => {
          if (leading?.channel === channel)
            shared = lead({ name, channel, early, socket: () => socket, stale })
        },
        // They will take the lock from a page that does not answer.
        () => undefined,
      )
    }
    channel.postMessage({ kind: 'leads' })
    return channel
  }
  const stale = (): void => events?.lost()

  const openLeading: OpenSocket = (token, told) => {
    const line = openOwn(token, {
      ...told,
      arrived() {
        shared?.up(true)
        told.arrived()
      },
      lost() {
        shared?.up(false)
        told.lost()
      },
      pushed(push, payload, tab) {
        shared?.push(push, payload, tab)
        if (!tab || tab === TAB) told.pushed(push, payload)
      },
    })
    socket = line
    return {
      ...line,
      close() {
        shared?.up(false)
        if (socket === line) socket = null
        line.close()
      },
    }
  }

  return {
    async open(token, told) {
      events = told
      const got = leading ? 'leads' : await claim({ ifAvailable: true })
      if (got === 'leads') return openLeading(token, told)
      const more = got === 'waits' && (await import('./tabs-shared.ts').catch(() => null))
      if (!more) return openOwn(token, told)
      const { signal } = resting
      return more.follow({ name, events: told, signal, claim })
    },
    rest() {
      events = null
      resting.abort()
      resting = new AbortController()
      stop()
    },
  }
}
