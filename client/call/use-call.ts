import { useStore } from '@nanostores/react'
import { atom, type ReadableAtom } from 'nanostores'
import { useEffect, useState } from 'react'
import type { CallState, SeatId } from '../../server/conversation/conversation.ts'
import { type Captions, noCaptions } from '../media/captions.ts'
import type { Health } from '../media/recovery-driver.ts'
import type { Quality } from '../../server/quality/quality.ts'
import type { RemoteTrack } from '../media/remote.ts'
import type { Mute } from '../media/sending.ts'
import type { Seat } from '../media/session.ts'
import type { Call } from './controller.ts'
import { heldIn } from './hold.ts'
import { type CallPhase, phaseOf } from './phase.ts'

const nobody = {
  $seat: atom<Seat | null>(null),
  $place: atom<SeatId | null>(null),
  $health: atom<Health | null>(null),
  $remote: atom<RemoteTrack[]>([]),
  $mute: atom<Mute>({ wished: false, confirmed: true }),
  $speaking: atom<SeatId[]>([]),
  $quality: atom<Quality | null>(null),
  $captions: atom<Captions>(noCaptions),
  $blocked: atom(false),
}

export type CallNow = {
  call: CallState | null
  phase: CallPhase
  /** Where the reader sits. */
  own: SeatId
  /** Only hears. */
  listens: boolean
  /** Name of the conversation's agent, for those who are neither of the two sides. */
  agentName: string | null
  health: Health | null
  remote: RemoteTrack[]
  mute: Mute
  speaking: readonly SeatId[]
  quality: Quality | null
  captions: Captions
  /** The hold that the reader is told of. */
  held: ReturnType<typeof heldIn>
  /** The browser wants a click before it lets sound out. */
  silenced: boolean
}

/** All of a call that is drawn, as it changes. */
export function useCall(of: Call): CallNow {
  const call = useStore(of.$call)
  const media = useStore(of.$media)
  const hungUp = useStore(of.$hungUp)
  const accepted = useStore(of.$accepted)
  const seat = useStore<ReadableAtom<Seat | null>>(media?.$seat ?? nobody.$seat)
  const health = useStore<ReadableAtom<Health | null>>(media?.$health ?? nobody.$health)
  useStore<ReadableAtom<SeatId | null>>(media?.$place ?? nobody.$place)
  const own = of.ownSeat() ?? of.side
  const phase = phaseOf({
    call,
    side: of.side,
    mine: of.mayJoin(),
    seat,
    health: health?.name ?? null,
    hungUp: call !== null && hungUp === call.id,
    accepted: call !== null && accepted === call.id,
  })
  return {
    call,
    phase,
    own,
    listens: of.listens(),
    agentName: of.agentName(),
    health,
    remote: useStore(media?.$remote ?? nobody.$remote),
    mute: useStore(media?.$mute ?? nobody.$mute),
    speaking: useStore(media?.$speaking ?? nobody.$speaking),
    quality: useStore(media?.$quality ?? nobody.$quality),
    captions: useStore(media?.$captions ?? nobody.$captions),
    held: call?.phase === 'connected' ? heldIn(call, own) : null,
    silenced: useStore(media?.playback.$blocked ?? nobody.$blocked),
  }
}

/** Draws again each `everyMs` while `on`; the time itself is read where it is drawn. */
export function useTick(on: boolean, everyMs: number): void {
  const [, setTick] = useState(0)
  useEffect(() => {
    if (!on) return
    const timer = setInterval(() => setTick((tick) => tick + 1), everyMs)
    return () => clearInterval(timer)
  }, [on, everyMs])
}

/** How much of a disturbance is shown: nothing at first, then a dimmed tile, then words and a way on. */
export type Rung = 'none' | 'dim' | 'banner'

export function rungOf(forMs: number): Rung {
  if (forMs < 2_000) return 'none'
  return forMs < 8_000 ? 'dim' : 'banner'
}

/** Of the reader's own connection. */
export function useRung({ phase, health }: CallNow): Rung {
  return useLadder(phase === 'connected' && health?.name === 'reconnecting' ? health.since : null)
}

function useLadder(since: number | null): Rung {
  useTick(since !== null, 500)
  return since === null ? 'none' : rungOf(Date.now() - since)
}
