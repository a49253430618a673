import { atom } from 'nanostores'
import type { SeatId, Side, Source } from '../../server/conversation/conversation.ts'
import type { Devices } from '../media/devices.ts'
import { persistOn } from '../media/persist.ts'
import type { CallWire } from '../media/wire.ts'
import type { Thread } from '../model/thread.ts'
import { failureOf } from '../wire/request-error.ts'
import type { Wire } from '../wire/wire.ts'
import { createAsking } from './asking.ts'
import type { Call, Purpose, Step } from './call-types.ts'
import { createAgreed } from './consent.ts'
import { createHangUp } from './hang-up.ts'
import { createHold } from './hold.ts'
import { needsConsent, sourcesOf } from './phase.ts'
import { createSeating } from './seating.ts'

export type { Call, Step } from './call-types.ts'

export type CallOptions = {
  wire: CallWire
  thread: Pick<Thread, '$view' | 'adopt'>
  side: Side
  /** The desk's: the signed-in agent, and the way to ask what only agents may. */
  desk?: { me: string; wire: Wire<'desk'> }
  /** A guest's. */
  seat?: SeatId
  devices: Devices
  consent: 'optional' | 'required'
  holdAudio?: string | null
  /** The widget's: where the visitor is. */
  page?: () => { url: string; title: string } | undefined
}

/** Ties the call of a conversation's log to this page's media and to the person's clicks. */
export function createCall(options: CallOptions): Call {
  const { wire, thread, side, desk, devices, consent } = options
  const ending = new AbortController()
  const persist = persistOn(wire, ending.signal)
  const hangUps = createHangUp(wire)
  const $step = atom<Step | null>(null)
  /** The last answer to a consent step, so that trying again does not ask again. */
  let answered: boolean | null = null
  const seating = createSeating({
    ...{ wire, thread, side, devices, me: desk?.me ?? null, seat: options.seat },
    onRaised(source) {
      const step = $step.get()
      if (step?.name === 'trouble' && step.source === source) $step.set(null)
    },
    onTrouble: (source) => complain({ kind: 'raise', source }, source),
    onEnded() {
      const step = $step.get()
      if (step && step.purpose.kind !== 'ask') $step.set(null)
    },
  })
  const withdraw = (callId: string): void => {
    seating.hungUp(callId)
    hangUps.tell(callId)
  }
  const asking = createAsking({ wire, thread, page: options.page, signal: ending.signal, withdraw })
  const { $call, $media, $hungUp, $accepted, $screenLost } = seating
  const agreed = side === 'visitor' ? createAgreed(wire, $call, ending.signal) : null
  const agreedBefore = (sources: readonly Source[]): boolean =>
    sources.every((source) => agreed?.$before.get().includes(source))

  /** A picker closed without a choice is an answer, not a trouble. */
  function complain(purpose: Purpose, source: Source): void {
    const state = devices.state(source).get()
    if (state.name !== 'trouble') return $step.set(null)
    if (source === 'screen' && state.trouble === 'dismissed') return $step.set(null)
    $step.set({ name: 'trouble', purpose, source, trouble: state.trouble })
  }

  /** What a question of one's own has opened, or is about to, and is not to keep: no light stays on for nothing. */
  function giveUp(keep: readonly Source[] = []): void {
    const purpose = $step.get()?.purpose
    const [call, occupant] = [$call.get(), devices.occupant()]
    const isTheirs = occupant !== null && (occupant !== call?.id || call.phase !== 'asking')
    if (purpose?.kind !== 'ask' || isTheirs) return
    for (const source of sourcesOf(purpose.media)) if (!keep.includes(source)) devices.close(source)
  }

  /**
   * Whoever is called while they are still about to ask has one question to answer: the other's. A question that is on its way
   * goes on; both asking at once is an agreement.
   */
  $call.listen((call) => {
    const step = $step.get()
    const isTheirs = call?.phase === 'asking' && call.by !== side
    if (!isTheirs || step?.purpose.kind !== 'ask' || step.name === 'opening') return
    if (step.name === 'failed' && step.code === 'unavailable') return
    giveUp()
    $step.set(null)
  })

  async function askNow(purpose: Purpose & { kind: 'ask' }, record: Source[] | null): Promise<void> {
    const step: Step = { name: 'opening', purpose }
    $step.set(step)
    for (const source of sourcesOf(purpose.media)) {
      const open = await devices.open(source)
      if ($step.get() !== step) return
      if (!open) return complain(purpose, source)
    }
    try {
      const callId = await asking.ask(purpose, record, () =>
        $step.set({ name: 'failed', purpose, code: 'unavailable' }),
      )
      if (callId === null) return
      seating.enter(callId)
      if (!$media.get()) seating.sit(callId, false)
      $media.get()?.setLive(true)
      $step.set(null)
      for (const source of sourcesOf(purpose.media)) void $media.get()?.raise(source)
      seating.spoken(callId)
    } catch (error) {
      for (const source of sourcesOf(purpose.media)) devices.close(source)
      $step.set({ name: 'failed', purpose, code: failureOf(error).code })
    }
  }

  /** The answer goes out at once; the devices open beside it, and a refused one leaves a listener in the call. */
  async function acceptNow(callId: string, record: Source[] | null): Promise<void> {
    const call = $call.get()
    if (call?.id !== callId) return $step.set(null)
    $step.set(null)
    const media = $media.get() ?? seating.sit(callId, true)
    if (!media) return
    seating.accepted(callId)
    seating.enter(callId)
    if (media.$seat.get() === 'elsewhere') media.take()
    seating.speak(call, media)
    try {
      await persist('call.answer', { callId, accept: true, ...(record ? { consent: { record } } : {}) })
    } catch (error) {
      // Over by now: what is sat in may be the next one's, and its card is not the place to tell of this one.
      if ($call.get()?.id !== callId) return
      seating.accepted(null)
      seating.leave()
      const purpose: Purpose = { kind: 'accept', callId, media: call.media }
      $step.set({ name: 'failed', purpose, code: failureOf(error).code })
    }
  }

  async function raiseNow(source: Source, record: boolean | null): Promise<void> {
    const call = $call.get()
    const media = $media.get()
    $step.set(null)
    if (!call || !media) return
    // The picker must open within the click, so the consent travels beside it; the server gates the recording.
    const raising = seating.raiseOn(media, source)
    if (record && call.consent && !call.consent.record.includes(source)) {
      const all = [...call.consent.record, source]
      await persist('call.consent', { callId: call.id, consent: { record: all } })
    }
    await raising
  }

  function run(purpose: Purpose, record: boolean | null): void {
    if (purpose.kind !== 'raise' && inAnotherCall()) {
      return $step.set({ name: 'failed', purpose, code: 'conflict' })
    }
    const sources = record ? wantedFor(purpose) : record === null ? null : []
    if (purpose.kind === 'ask') void askNow(purpose, sources)
    else if (purpose.kind === 'accept') void acceptNow(purpose.callId, sources)
    else void raiseNow(purpose.source, record).catch(unexpected)
  }

  const wantedFor = (purpose: Purpose): Source[] =>
    purpose.kind === 'raise' ? [purpose.source] : sourcesOf(purpose.media)
  const unexpected = (error: unknown) => {
    if (!ending.signal.aborted) console.error('call', error)
  }

  /** In a call of another conversation, that is: one that merely rings here makes room. */
  function inAnotherCall(): boolean {
    const other = devices.occupant()
    if (other === null || other === $call.get()?.id || other === $media.get()?.callId) return false
    const free = devices.occupy('', () => true, false)
    devices.vacate('')
    return !free
  }

  /** The visitor is asked before the first capture; the agent has agreed by signing in. */
  function begin(purpose: Purpose): void {
    const call = $call.get()
    const ask =
      purpose.kind === 'raise'
        ? call !== null && needsConsent(call, side, purpose.source)
        : side === 'visitor'
    const sources = wantedFor(purpose)
    // A spoken message is its recording: what that means is said each time.
    const isMessage = purpose.kind === 'ask' && purpose.voicemail === true
    const shows = ask && (isMessage || !agreedBefore(sources))
    giveUp(shows ? [] : sources)
    if (shows) $step.set({ name: 'consent', purpose, sources })
    else if (ask) {
      answered = true
      run(purpose, true)
    } else {
      answered = null
      run(purpose, null)
    }
  }

  function tellHangUp(callId: string): void {
    asking.drop()
    seating.leave()
    seating.disown()
    giveUp()
    $step.set(null)
    withdraw(callId)
  }

  return {
    side,
    devices,
    consent,
    agreed,
    hold: desk ? createHold(desk.wire, $call, ending.signal) : null,
    holdAudio: options.holdAudio ?? null,
    $call,
    $media,
    $step,
    $hungUp,
    $accepted,
    $screenLost,
    serverNow: () => wire.serverNow(),
    mayJoin: () => seating.ownSeat() !== null,
    ownSeat: seating.ownSeat,
    listens: () => {
      const call = $call.get()
      return call !== null && seating.listens(call)
    },
    agentName() {
      const { phase } = thread.$view.get().state
      return phase.name === 'active' ? phase.agentName : null
    },
    ask: (media, voicemail = false) => begin({ kind: 'ask', media, voicemail }),
    accept() {
      const call = $call.get()
      if (call) begin({ kind: 'accept', callId: call.id, media: call.media })
    },
    decline() {
      const call = $call.get()
      giveUp()
      $step.set(null)
      if (!call || call.phase !== 'asking') return
      seating.hungUp(call.id)
      seating.leave()
      persist('call.answer', { callId: call.id, accept: false }).catch((error: unknown) => {
        // Taken in another tab, or over: there is nothing to decline any more, and it is shown as what it is.
        if ($hungUp.get() === call.id) seating.hungUp(null)
        if (failureOf(error).code !== 'conflict') unexpected(error)
      })
    },
    hangUp() {
      const call = $call.get()
      const callId = $media.get()?.callId ?? call?.id
      if (callId) tellHangUp(callId)
    },
    agree(record) {
      const step = $step.get()
      answered = record
      if (step?.name === 'consent') run(step.purpose, record)
    },
    dismiss() {
      asking.drop()
      giveUp()
      $step.set(null)
    },
    tryAgain() {
      const step = $step.get()
      if (step) run(step.purpose, answered)
    },
    raise: (source) => begin({ kind: 'raise', source }),
    lower: (source) => $media.get()?.lower(source),
    mute: (on) => $media.get()?.mute(on),
    bringHere() {
      const call = $call.get()
      if (!call) return
      seating.enter(call.id)
      const media = $media.get()
      if (media) media.take()
      else seating.sit(call.id, true)
      seating.join(call)
    },
    close() {
      ending.abort()
      asking.drop()
      hangUps.close()
      seating.close()
    },
  }
}
