import { atom, type ReadableAtom } from 'nanostores'
import type { Source } from '../../server/conversation/conversation.ts'
import {
  obeys,
  type Processing,
  processingConstraints,
  recallProcessing,
  rememberProcessing,
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

const off: SourceState = { name: 'off', endedBySystem: false }

function constraints(source: 'mic' | 'cam', deviceId: string | null): MediaStreamConstraints {
  const chosen = deviceId ? { deviceId: { exact: deviceId } } : {}
  if (source === 'mic') {
    const processing = processingConstraints(recallProcessing(deviceId))
    return { audio: { ...processing, channelCount: { ideal: 1 }, ...chosen } }
  }
  const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } }
  return { video: { ...picture, ...(deviceId ? {} : { facingMode: 'user' }), ...chosen } }
}

async function capture(source: Source, deviceId: string | null): Promise<MediaStreamTrack> {
  const { mediaDevices } = navigator
  if (source === 'screen') {
    const stream = await mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: false,
    })
    return only(stream)
  }
  try {
    return only(await mediaDevices.getUserMedia(constraints(source, deviceId)))
  } catch (error) {
    // The remembered device is gone: any other will do.
    const gone =
      error instanceof Error && (error.name === 'OverconstrainedError' || error.name === 'NotFoundError')
    if (!gone || !deviceId) throw error
    return only(await mediaDevices.getUserMedia(constraints(source, null)))
  }
}

function only(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getTracks()
  if (!track) throw new DOMException('no track', 'NotFoundError')
  return track
}

const hints: Record<Source, string> = { mic: 'speech', cam: 'motion', screen: 'detail' }

export function createDevices(): Devices {
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
  let occupant: { callId: string; giveWay: () => boolean } | null = null

  const chosenFor = (source: Source) => (source === 'screen' ? null : $choice.get()[source])
  const trackOf = (source: Source): MediaStreamTrack | null => {
    const state = states[source].get()
    return state.name === 'on' ? state.track : null
  }

  function keep(source: Source, track: MediaStreamTrack): MediaStreamTrack {
    const before = trackOf(source)
    track.enabled = enabled[source]
    track.contentHint = hints[source]
    track.addEventListener('ended', () => void endedBySystem(source, track))
    states[source].set({ name: 'on', track })
    before?.stop()
    void refreshLists()
    return track
  }

  async function attempt(source: Source): Promise<MediaStreamTrack | null> {
    const mine = round[source]
    const at = circumstances(source)
    const blocked = obstacle(at)
    if (blocked) return fail(source, blocked)
    if (!trackOf(source)) states[source].set({ name: 'prompting', since: Date.now() })
    try {
      const track = await capture(source, chosenFor(source))
      if (mine === round[source]) return keep(source, track)
      track.stop()
      return null
    } catch (error) {
      const trouble = troubleOf(error, { ...at, permission: await permissionOf(source) })
      return mine === round[source] ? fail(source, trouble) : null
    }
  }

  function fail(source: Source, trouble: Trouble): null {
    // A device that could not be exchanged for another goes on.
    if (!trackOf(source)) states[source].set({ name: 'trouble', trouble })
    return null
  }

  /** A microphone or camera that was pulled out is replaced by another one, if there is one. */
  async function endedBySystem(source: Source, track: MediaStreamTrack): Promise<void> {
    if (trackOf(source) !== track) return
    states[source].set({ name: 'off', endedBySystem: true })
    if (source !== 'screen') await start(source)
  }

  function start(source: Source): Promise<MediaStreamTrack | null> {
    const running = pending[source]
    if (running) return running
    const attempting = attempt(source).finally(() => {
      if (pending[source] === attempting) delete pending[source]
    })
    pending[source] = attempting
    return attempting
  }

  function stop(source: Source): void {
    round[source] += 1
    delete pending[source]
    const track = trackOf(source)
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

  const onChange = () => void refreshLists()
  ;(navigator.mediaDevices as MediaDevices | undefined)?.addEventListener('devicechange', onChange)

  const devices: Devices = {
    $mic,
    $cam,
    $screen,
    $warm,
    $lists,
    $choice,
    $processing,
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
      $choice.set({ ...$choice.get(), [kind]: deviceId })
      rememberChoice($choice.get())
      if (kind === 'mic') $processing.set(recallProcessing(deviceId))
      if (kind !== 'speaker' && trackOf(kind)) await start(kind)
    },
    async process(change) {
      const processing = { ...$processing.get(), ...change }
      $processing.set(processing)
      rememberProcessing($choice.get().mic, processing)
      const track = trackOf('mic')
      if (track && !(await obeys(track, processing)) && track === trackOf('mic')) await start('mic')
    },
    async setWarm(on) {
      $warm.set(on)
      if (!on && !micInUse) return stop('mic')
      if (!on || micInUse) return
      devices.enable('mic', false)
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
