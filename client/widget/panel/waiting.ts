/** What a visitor sees and can do who is not answered at once; fetched when they are in that position. */
import { atom, computed, type ReadableAtom } from 'nanostores'
import type { Thread } from '../../model/thread.ts'
import { part } from '../../wire/part.ts'
import type { Session } from '../../wire/visitor-session.ts'
import type { Wire } from '../../wire/wire.ts'
import type { Address } from './address.ts'
import type { Outlooks } from './waiting/outlook.ts'
import type { TellMe } from './waiting/tell-me.ts'

type Parts = Pick<typeof import('./waiting/waiting-parts.ts'), 'Waiting'> & {
  outlooks: Outlooks
  tellMe: TellMe
}

export type WaitingParts = {
  /** Null until fetched, or not needed. */
  $parts: ReadableAtom<Parts | null>
}

type Options = {
  address: Address
  locale(): string
  wire: Wire<'visitor'>
  thread: Thread
  session: Session
  $team: ReadableAtom<boolean | null>
  /** Has the words ready before they are drawn. */
  words: () => Promise<void>
}

export function createWaiting(options: Options): WaitingParts {
  const { wire, thread, session, $team, address, locale, words } = options
  const $parts = atom<Parts | null>(null)
  let loading: Promise<void> | null = null
  const load = async (): Promise<void> => {
    const [parts] = await Promise.all([part(() => import('./waiting/waiting-parts.ts')), words()])
    $parts.set({
      Waiting: parts.Waiting,
      outlooks: parts.createOutlooks(wire, thread),
      tellMe: parts.createTellMe({ session, address, locale }),
    })
  }
  const $needed = computed(
    [thread.$view, $team, session.$session],
    ({ phase, state, conversationId }, team, known) => {
      if (phase !== 'ready' || team === null) return false
      if (conversationId === null) return !team || known?.site.preChat === true
      const { phase: at } = state
      return at.name === 'ended' ? at.unsaid === true : at.name !== 'active'
    },
  )
  $needed.subscribe((needed) => {
    if (needed) loading ??= load()
  })
  return { $parts }
}
