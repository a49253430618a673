import { atom, type ReadableAtom } from 'nanostores'
import type { Source } from '../../server/conversation/conversation.ts'
import { capture } from './capture.ts'
import { createHush, type HushState, type Suppressor } from './hush.ts'
import {
  follows,
  obeys,
  type Processing,
  processingConstraints,
  recallProcessing,
  rememberProcessing,
  unprocessed,
} from './processing.ts'
import { canChooseSpeaker, circumstances, permissionOf } from './environment.ts'
import { type Choice, type DeviceKind, recallChoice, rememberChoice } from './remembered.ts'
import { obstacle, type Trouble, troubleOf } from './trouble.ts'

export type SourceState =
  /** `endedBySystem`: unplugged, or stopped by the browser's own `Stop sharing`. */
  | { name: 'off'; endedBySystem: boolean }
  | { name: 'prompting'; since: number }
  | { name: 'on'; track: MediaStreamTrack }
  | { name: 'trouble'; trouble: Trouble }

export type DeviceLists = Record<DeviceKind, { id: string; label: string }[]>

/**
 * The one owner of captured tracks: it alone opens and stops them, so that connections may come and go without a
 * new question to the person. A `warm` microphone stays open but switched off between calls.
 */
export type Devices = {
  readonly $mic: ReadableAtom<SourceState>
  readonly $cam: ReadableAtom<SourceState>
  readonly $screen: ReadableAtom<SourceState>
  readonly $warm: ReadableAtom<boolean>
  readonly $lists: ReadableAtom<DeviceLists>
  readonly $choice: ReadableAtom<Choice>
  /** Of the chosen microphone. */
  readonly $processing: ReadableAtom<Processing>
  /** Whether the strong noise suppression is at work; null where there is none to choose. */
  readonly $hush: ReadableAtom<HushState> | null
  state(source: Source): ReadableAtom<SourceState>
  /** Resolves with the live track, or null when it could not be had; the state then says why. */
  open(source: Source): Promise<MediaStreamTrack | null>
  close(source: Source): void
  /** Whether the track carries sound or picture; kept for tracks that replace it. */
  enable(source: Source, on: boolean): void
  choose(kind: DeviceKind, deviceId: string): Promise<void>
  /** At once, in a running call too; kept for this microphone. */
  process(change: Partial<Processing>): Promise<void>
  setWarm(on: boolean): Promise<void>
  refreshLists(): Promise<void>
  /**
   * One call at a time has the devices. A call that only rings gives way to one that begins: `giveWay` lets go and
   * says true, or says false. Without it an occupied place is simply refused.
   */
  occupy(callId: string, giveWay: () => boolean, polite: boolean): boolean
  vacate(callId: string): void
  /** The call that has the devices. */
  occupant(): string | null
  dispose(): void
}

/** What a track was asked for by. */
type Wish = { chosen: string | null; processing: Processing }

const off: SourceState = { name: 'off', endedBySystem: false }

const hints: Record<Source, string> = { mic: 'speech', cam: 'motion', screen: 'detail' }

/** `suppressor`: the strong noise suppression, fetched when it is wanted first. */
export function createDevices({ suppressor }: { suppressor?: Suppressor } = {}): Devices {
  const $mic = atom<SourceState>(off)
  const $cam = atom<SourceState>(off)
  const $screen = atom<SourceState>(off)
  const $warm = atom(false)
  const $lists = atom<DeviceLists>({ mic: [], cam: [], speaker: [] })
  const $choice = atom<Choice>(recallChoice())
  const $processing = atom<Processing>(recallProcessing($choice.get().mic))
  const states = { mic: $mic, cam: $cam, screen: $screen }
  const enabled: Record<Source, boolean> = { mic: true, cam: true, screen: true }
  const pending: Partial<Record<Source, Promise<MediaStreamTrack | null>>> = {}
  /** Raised by each close, so that an answer that comes after it is not kept. */
  const round: Record<Source, number> = { mic: 0, cam: 0, screen: 0 }
  /** A call uses the microphone, as opposed to it being merely warm. */
  let micInUse = false
  /** A camera in use was pulled out and there was no other. One that never opened is not opened by the way. */
  let camLost = false
  /** As the browser gave them; what is sent of a microphone may be another one, made of it. */
  const captured: Partial<Record<Source, MediaStreamTrack>> = {}
  /** Which choice they came of. */
  const came: Partial<Record<Source, string | null>> = {}
  /** What is done to the running microphone's sound, as opposed to what is wished for. */
  let done = $processing.get()
  const hush = suppressor
    ? createHush(suppressor, (raw, sent) => raw === captured.mic && put('mic', sent))
    : null
  let occupant: { callId: string; giveWay: () => boolean } | null = null

  const chosenFor = (source: Source) => (source === 'screen' ? null : $choice.get()[source])
  const trackOf = (source: Source): MediaStreamTrack | null => {
    const state = states[source].get()
    return state.name === 'on' ? state.track : null
  }

  function keep(source: Source, track: MediaStreamTrack, { chosen, processing }: Wish): MediaStreamTrack {
    exchange(source, track, { chosen, processing })
    if (source === 'mic') hush?.over(track, $processing.get().hush)
    void refreshLists()
    return track
  }

  function exchange(source: Source, track: MediaStreamTrack, { chosen, processing }: Wish): void {
    const before = captured[source]
    captured[source] = track
    came[source] = chosen
    if (source === 'mic') done = processing
    track.addEventListener('ended', () => void endedBySystem(source, track))
    put(source, track)
    if (source === 'cam') camLost = false
    before?.stop()
  }

  /**
   * Chromium gives a further track of a microphone the processing of the running one, which never changes; but for one without
   * any. Such a one is sent until the one before has ended and the right one can be had.
   */
  async function captureMic(chosen: string | null): Promise<MediaStreamTrack> {
    const mine = round.mic
    const processing = $processing.get()
    const track = await capture('mic', chosen)
    if (!captured.mic || follows(track, processing)) return track
    const meanwhile = await capture('mic', chosen, unprocessed)
    track.stop()
    if (mine !== round.mic) return meanwhile
    exchange('mic', meanwhile, { chosen, processing: unprocessed })
    return await capture('mic', chosen)
  }

  function put(source: Source, track: MediaStreamTrack): void {
    track.enabled = enabled[source]
    track.contentHint = hints[source]
    states[source].set({ name: 'on', track })
  }

  async function attempt(source: Source): Promise<MediaStreamTrack | null> {
    const mine = round[source]
    const chosen = chosenFor(source)
    const processing = $processing.get()
    const at = circumstances(source)
    const blocked = obstacle(at)
    if (blocked) return fail(source, blocked)
    if (!trackOf(source)) states[source].set({ name: 'prompting', since: Date.now() })
    try {
      const track = source === 'mic' ? await captureMic(chosen) : await capture(source, chosen)
      if (mine === round[source]) return keep(source, track, { chosen, processing })
      track.stop()
      return null
    } catch (error) {
      const trouble = troubleOf(error, { ...at, permission: await permissionOf(source) })
      return mine === round[source] ? fail(source, trouble) : null
    }
  }

  /** What could not be had is not shown as what is used. */
  function goBack(source: Source): void {
    const running = came[source]
    if (source === 'screen' || !trackOf(source) || running === undefined) return
    if (running !== chosenFor(source)) settleOn(source, running)
    if (source !== 'mic') return
    // Nor is what could not be done to its sound.
    $processing.set(done)
    rememberProcessing(running, done)
    if (!done.hush) hush?.end()
  }

  function settleOn(kind: DeviceKind, deviceId: string | null): void {
    $choice.set({ ...$choice.get(), [kind]: deviceId })
    rememberChoice($choice.get())
    if (kind === 'mic') $processing.set(recallProcessing(deviceId))
  }

  /** All that was chosen for it. */
  const wishFor = (source: Source): string =>
    JSON.stringify([chosenFor(source), source === 'mic' ? processingConstraints($processing.get()) : null])

  /** What was chosen while the browser was still opening what had been chosen before is what counts. */
  async function attemptAsChosen(source: Source): Promise<MediaStreamTrack | null> {
    for (;;) {
      const [mine, wish] = [round[source], wishFor(source)]
      const track = await attempt(source)
      if (mine !== round[source]) return null
      if (wish !== wishFor(source)) continue
      if (!track) goBack(source)
      return track
    }
  }

  function fail(source: Source, trouble: Trouble): null {
    // A device that could not be exchanged for another goes on.
    if (!trackOf(source)) states[source].set({ name: 'trouble', trouble })
    return null
  }

  /** A microphone or camera that was pulled out is replaced by another one, if there is one. */
  async function endedBySystem(source: Source, track: MediaStreamTrack): Promise<void> {
    if (captured[source] !== track) return
    delete captured[source]
    if (source === 'mic') hush?.end()
    if (source === 'cam') camLost = true
    states[source].set({ name: 'off', endedBySystem: true })
    if (source !== 'screen') await start(source)
  }

  function start(source: Source): Promise<MediaStreamTrack | null> {
    const running = pending[source]
    if (running) return running
    const attempting = attemptAsChosen(source).finally(() => {
      if (pending[source] === attempting) delete pending[source]
    })
    pending[source] = attempting
    return attempting
  }

  function stop(source: Source): void {
    if (source === 'cam') camLost = false
    round[source] += 1
    delete pending[source]
    const track = captured[source]
    delete captured[source]
    if (source === 'mic') hush?.end()
    states[source].set(off)
    track?.stop()
  }

  async function refreshLists(): Promise<void> {
    const devices = navigator.mediaDevices as MediaDevices | undefined
    if (!devices) return
    const all = await devices.enumerateDevices()
    const of = (kind: MediaDeviceKind) =>
      all
        .filter((one) => one.kind === kind && one.deviceId)
        .map((one) => ({ id: one.deviceId, label: one.label }))
    const speaker = canChooseSpeaker() ? of('audiooutput') : []
    $lists.set({ mic: of('audioinput'), cam: of('videoinput'), speaker })
  }

  /** Whether a device that is not there ought to be. */
  const missing = (source: 'mic' | 'cam') => !trackOf(source) && (source === 'mic' ? micInUse : camLost)

  /** What was plugged in may be what is missing; a question that was answered is not asked again by it. */
  function onChange(): void {
    void refreshLists()
    for (const source of ['mic', 'cam'] as const) {
      const state = states[source].get()
      const mends = state.name === 'trouble' && (state.trouble === 'none' || state.trouble === 'busy')
      if (mends && missing(source)) void start(source)
    }
  }
  ;(navigator.mediaDevices as MediaDevices | undefined)?.addEventListener('devicechange', onChange)

  const devices: Devices = {
    $mic,
    $cam,
    $screen,
    $warm,
    $lists,
    $choice,
    $processing,
    $hush: hush?.$state ?? null,
    state: (source) => states[source],
    async open(source) {
      if (source === 'mic') micInUse = true
      return trackOf(source) ?? (await start(source))
    },
    close(source) {
      if (source === 'mic') {
        micInUse = false
        if ($warm.get()) return devices.enable('mic', false)
      }
      stop(source)
    },
    enable(source, on) {
      enabled[source] = on
      const track = trackOf(source)
      if (track) track.enabled = on
    },
    async choose(kind, deviceId) {
      settleOn(kind, deviceId)
      if (kind !== 'speaker' && (trackOf(kind) || missing(kind))) await start(kind)
    },
    async process(change) {
      const processing = { ...$processing.get(), ...change }
      $processing.set(processing)
      rememberProcessing($choice.get().mic, processing)
      const track = captured.mic
      if (!track) return
      const obeyed = await obeys(track, processing)
      if (track !== captured.mic) return
      if (!obeyed) return void (await start('mic'))
      done = processing
      if (change.hush !== undefined) hush?.over(track, processing.hush)
    },
    async setWarm(on) {
      $warm.set(on)
      if (!on && !micInUse) return stop('mic')
      if (!on) return
      if (!micInUse) devices.enable('mic', false)
      if (!trackOf('mic')) await start('mic')
    },
    refreshLists,
    occupy(callId, giveWay, polite) {
      const other = occupant && occupant.callId !== callId ? occupant : null
      if (other && (polite || !other.giveWay())) return false
      occupant = { callId, giveWay }
      return true
    },
    vacate(callId) {
      if (occupant?.callId === callId) occupant = null
    },
    occupant: () => occupant?.callId ?? null,
    dispose() {
      $warm.set(false)
      for (const source of ['mic', 'cam', 'screen'] as const) stop(source)
      ;(navigator.mediaDevices as MediaDevices | undefined)?.removeEventListener('devicechange', onChange)
    },
  }
  return devices
}
