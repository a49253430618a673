import { atom, type ReadableAtom } from 'nanostores'
import type { SeatId } from '../../server/call/call.ts'
import type { CallState, Side, Source } from '../../server/conversation/conversation.ts'
import type { Devices, SourceState } from '../media/devices.ts'
import { type CallMedia, createCallMedia } from '../media/session.ts'
import type { CallWire } from '../media/wire.ts'
import type { Thread } from '../model/thread.ts'
import { joined } from './joined.ts'

export type SeatingOptions = {
  wire: CallWire
  thread: Pick<Thread, '$view'>
  side: Side
  /** The signed-in member of staff; null: somebody from outside. */
  me: string | null
  /** A guest's seat, which is theirs from the beginning. */
  seat?: SeatId | undefined
  devices: Devices
  /** This source is on its way, or could not be had. */
  onRaised(source: Source): void
  onTrouble(source: Source): void
  onEnded(call: CallState): void
}

/** Whether and where this page sits in the conversation's call, and what it sends there. */
export type Seating = {
  readonly $call: ReadableAtom<CallState | null>
  readonly $media: ReadableAtom<CallMedia | null>
  readonly $hungUp: ReadableAtom<string | null>
  readonly $accepted: ReadableAtom<string | null>
  readonly $screenLost: ReadableAtom<boolean>
  /** This person's place in the call; null: they take no part in it. */
  ownSeat(): SeatId | null
  /** Whether they only hear: a supervisor. */
  listens(call: CallState): boolean
  enter(callId: string): void
  disown(): void
  /** Null when this page is in another call. */
  sit(callId: string, take: boolean): CallMedia | null
  join(call: CallState): void
  /** Opens the microphone and, after a change of page, what was on before it; once a call. */
  speak(call: CallState, media: CallMedia): void
  /** What `speak` does has been done otherwise. */
  spoken(callId: string): void
  raiseOn(media: CallMedia, source: Source): Promise<void>
  hungUp(callId: string | null): void
  accepted(callId: string | null): void
  leave(): void
  close(): void
}

export function createSeating(options: SeatingOptions): Seating {
  const { wire, thread, side, me, devices } = options
  const $call = atom<CallState | null>(null)
  const $media = atom<CallMedia | null>(null)
  const $hungUp = atom<string | null>(null)
  const $accepted = atom<string | null>(null)
  const $screenLost = atom(false)
  const before = joined.get()
  let own = before?.callId ?? null
  /** The call whose microphone this page has already asked for. */
  let spoke: string | null = null
  /** The call that another page of this person's was seen in. */
  let watched: string | null = null
  /** It has no microphone: the only one was pulled out, or none could be had. Another way than this call's may open one. */
  let micLost = false

  /** Staff have the agent's seat in their own conversation; else one with their name on, or one that nobody is told of. */
  function ownSeat(): SeatId | null {
    const { phase, call } = thread.$view.get().state
    if (options.seat !== undefined) return options.seat
    if (me === null) return side
    if (phase.name === 'active' && phase.agentId === me) return 'agent'
    const [id] = Object.entries(call?.seats ?? {}).find(([, seat]) => seat.personId === me) ?? []
    const media = $media.get()
    return id ?? (media && media.callId === own ? media.$place.get() : null)
  }

  /** A supervisor who listens opens nothing. */
  function listens(call: CallState): boolean {
    const seat = ownSeat()
    if (me === null || seat === 'agent') return false
    const state = seat === null ? undefined : call.seats[seat]
    return state === undefined || state.mode === 'listen'
  }

  /** It rings here by an offer: everything is prepared for the accept but the microphone. */
  function isOffered(): boolean {
    const { phase } = thread.$view.get().state
    return phase.name === 'offered' && phase.agentId === me
  }

  function enter(callId: string): void {
    own = callId
    joined.set({ callId, sources: [] })
    keep()
  }

  /** For the next page of this tab. */
  function keep(): void {
    if (!own || $media.get()?.callId !== own) return
    const sources = (['cam', 'screen'] as const).filter((one) => devices.state(one).get().name === 'on')
    joined.set({ callId: own, sources })
  }

  function disown(): void {
    own = null
    joined.set(null)
  }

  function sit(callId: string, take: boolean, polite = false): CallMedia | null {
    if (!devices.occupy(callId, () => giveWay(callId), polite)) return null
    const media = createCallMedia({ wire, callId, devices, take })
    $media.set(media)
    media.$seat.listen((seat) => {
      if (seat === 'held') follow(thread.$view.get().state.call)
      if (seat !== 'elsewhere' && seat !== 'over') return
      // Its devices are closed: whoever brings it back here speaks up anew.
      if ($media.get() === media) spoke = null
      if (own === callId) disown()
      if (seat === 'over' && $media.get() === media) leave()
    })
    return media
  }

  /** A call that only rings here makes room for one that begins; its card stays. */
  function giveWay(callId: string): boolean {
    const call = $call.get()
    const rings = call?.id === callId && call.phase === 'asking' && call.by !== side
    if (!rings || $accepted.get() === callId) return false
    leave()
    return true
  }

  function leave(): void {
    const media = $media.get()
    $media.set(null)
    media?.close()
    if (media) devices.vacate(media.callId)
    spoke = null
    micLost = false
  }

  /** Brings the media in line with the log. */
  function follow(call: CallState | null): void {
    const last = $call.get()
    $call.set(call)
    const media = $media.get()
    // A call just asked for may not be in the log yet.
    if (media && media.callId !== call?.id && (call || last?.id === media.callId)) leave()
    if (last && last.id !== call?.id) ended(last)
    if (!call || $hungUp.get() === call.id) return
    if (ownSeat() !== null) return call.phase === 'asking' ? prepare(call) : join(call)
    if (call.phase === 'asking' && isOffered()) return prepare(call)
    // It is somebody else's now, or this one was sent out.
    if ($media.get()?.callId === call.id && own !== call.id) leave()
  }

  function ended(call: CallState): void {
    $screenLost.set(false)
    if (own === call.id) disown()
    options.onEnded(call)
  }

  /** While it rings: connections stand ready, so that the answer is all that sound waits for. */
  function prepare(call: CallState): void {
    if ($media.get() || (call.by === side && own !== call.id)) return
    const media = sit(call.id, false, call.by !== side)
    if (!media) return
    if (call.by === side) speakUp(call, media)
    else if (devices.$warm.get() && ownSeat() !== null) void media.raise('mic')
  }

  /** Who asks is heard from the answer on without waiting for word of it: until then the media node passes nothing on. */
  function speakUp(call: CallState, media: CallMedia): void {
    // Whoever was muted on the page before is so here, before a word is heard.
    if (spoke !== call.id) media.adoptMute(call.seats[ownSeat() ?? side]?.muted ?? false)
    media.setLive(true)
    speak(call, media)
  }

  function join(call: CallState): void {
    const seat = $media.get()?.$seat.get() ?? null
    // Which of this person's pages has it: the one that said so, or the one that got the seat, or any if none has.
    if (seat === 'elsewhere' || seat === 'over') return
    const present = call.seats[ownSeat() ?? side]?.present ?? true
    if (own !== call.id && seat !== 'held') {
      if (present) watched = call.id
      if (seat === 'opening' || present) return
      // Its page is on its way to the next one, or was closed: whoever only looked on opens no microphone unasked.
      if (watched === call.id && (side === 'visitor' || changesPage())) return
    }
    const media = $media.get() ?? sit(call.id, false)
    if (!media) return
    enter(call.id)
    speakUp(call, media)
  }

  /**
   * Whoever left this seat last said so, has not come back, and has it still. A seat that somebody has just been given is
   * empty, too, but nobody's next page comes for it.
   */
  function changesPage(): boolean {
    const own = ownSeat()
    const left = thread.$view
      .get()
      .events.findLast(
        (one) =>
          one.type === 'assigned' ||
          ((one.type === 'sideLeft' || one.type === 'sideReturned') && one.payload.seat === own),
      )
    return left?.type === 'sideLeft' && left.payload.why === 'pageChange'
  }

  function speak(call: CallState, media: CallMedia): void {
    if (listens(call)) {
      if (spoke === call.id) for (const source of ['mic', 'cam', 'screen'] as const) media.lower(source)
      spoke = null
      return
    }
    if (spoke === call.id) return
    spoke = call.id
    void raiseOn(media, 'mic')
    const sources = before?.callId === call.id ? before.sources : []
    const accepted = $accepted.get() === call.id && call.media === 'video'
    if (sources.includes('cam') || accepted) void raiseOn(media, 'cam')
    if (sources.includes('screen')) $screenLost.set(true)
  }

  async function raiseOn(media: CallMedia, source: Source): Promise<void> {
    const open = await media.raise(source)
    if (open) {
      if (source === 'screen') $screenLost.set(false)
      options.onRaised(source)
    } else if ($media.get() === media) options.onTrouble(source)
  }

  function onMic({ name }: SourceState): void {
    const media = $media.get()
    if (!media || spoke !== media.callId) return
    if (name === 'trouble') {
      micLost = true
      options.onTrouble('mic')
    } else if (name === 'on' && micLost) {
      micLost = false
      void raiseOn(media, 'mic')
    }
  }

  const stopKeeping = [
    ...(['cam', 'screen'] as const).map((one) => devices.state(one).listen(keep)),
    devices.$mic.listen(onMic),
  ]
  let seen: unknown = null
  const stop = thread.$view.subscribe(({ state }) => {
    if (state === seen) return
    seen = state
    follow(state.call)
  })

  return {
    ...{ $call, $media, $hungUp, $accepted, $screenLost },
    ...{ ownSeat, listens, enter, disown, join, speak, raiseOn, leave },
    sit: (callId, take) => sit(callId, take),
    spoken: (callId) => {
      spoke = callId
    },
    hungUp: (callId) => $hungUp.set(callId),
    accepted: (callId) => $accepted.set(callId),
    close() {
      stop()
      for (const one of stopKeeping) one()
      leave()
    },
  }
}
