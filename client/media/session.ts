import { atom, type ReadableAtom } from 'nanostores'
import type { SeatId, Source } from '../../server/conversation/conversation.ts'
import type { DeskPushes } from '../../server/contract/pushes.ts'
import { type Captions, createCaptions } from './captions.ts'
import { failureOf } from '../wire/request-error.ts'
import { loadedDevice, preloadMedia } from './device-cache.ts'
import type { Devices } from './devices.ts'
import type { Greeting } from './greeting.ts'
import { type Connection, createLink, type Link } from './link.ts'
import { watchPath } from './path.ts'
import { persistOn } from './persist.ts'
import { createPlayback, type Playback } from './playback.ts'
import type { Quality } from '../../server/quality/quality.ts'
import { qualityBetween, type Received, receivedFrom } from './quality.ts'
import { createRecoveryDriver, type Health } from './recovery-driver.ts'
import { createRemote, type RemoteTrack } from './remote.ts'
import { createSending, type Mute } from './sending.ts'
import type { CallWire } from './wire.ts'

export type Seat =
  | 'opening'
  | 'held'
  /** Another tab or device of the same person has it. */
  | 'elsewhere'
  | 'over'

/** One browser's media in one call. Made when the call is near; nothing is heard before both sides agreed. */
export type CallMedia = {
  readonly callId: string
  readonly $seat: ReadableAtom<Seat>
  /** Which place at the table it is; null until the server has said so. */
  readonly $place: ReadableAtom<SeatId | null>
  readonly $health: ReadableAtom<Health>
  readonly $remote: ReadableAtom<RemoteTrack[]>
  readonly $mute: ReadableAtom<Mute>
  readonly $speaking: ReadableAtom<SeatId[]>
  readonly $quality: ReadableAtom<Quality | null>
  readonly $captions: ReadableAtom<Captions>
  readonly playback: Playback
  /** `Bring call here`. */
  take(): void
  /** Until then the microphone carries silence: from the question on for who asks, from the answer on for who is asked. */
  setLive(on: boolean): void
  /** Opens the device and sends it; false when the device could not be had. */
  raise(source: Source): Promise<boolean>
  lower(source: Source): void
  mute(on: boolean): void
  /** What the log says of it, for a page that has only now got the seat. */
  adoptMute(on: boolean): void
  /** Releases connections and devices at once. */
  close(): void
}

export type CallMediaOptions = {
  wire: CallWire
  callId: string
  devices: Devices
  /** Cut another tab that holds the seat. */
  take: boolean
}

const STATS_MS = 2_000
/** The old connection goes once the new one stands, or after this long. */
const OVERLAP_MS = 3_000

export function createCallMedia({ wire, callId, devices, take }: CallMediaOptions): CallMedia {
  const ending = new AbortController()
  const persist = persistOn(wire, ending.signal)
  const remote = createRemote()
  const playback = createPlayback(remote, devices)
  const $seat = atom<Seat>('opening')
  const $place = atom<SeatId | null>(null)
  const $speaking = atom<SeatId[]>([])
  const $quality = atom<Quality | null>(null)
  const captions = createCaptions()
  /** Pushes of an epoch whose greeting is still being worked on. */
  const early: DeskPushes['media.consumer'][] = []
  let current: Link | null = null

  const failed = (error: unknown) => {
    if (!ending.signal.aborted) console.error('call media', error)
  }
  const own = createSending({
    ...{ callId, devices, persist, failed },
    link: () => current,
    ending: ending.signal,
  })
  const recovery = createRecoveryDriver({
    online: () => wire.$status.get() === 'online',
    connection: () => current?.$connection.get() ?? 'new',
    proven: () => current?.proven() ?? true,
    restartIce: () => void restartIce(),
    rebuild: () => void open(false, true),
  })

  async function restartIce(): Promise<void> {
    const link = current
    const trial = await link?.restartIce().then(
      () => 'connected' as const,
      () => 'refused' as const,
    )
    if (trial && link === current) recovery.try(trial)
  }

  let tries = 0
  async function open(taking: boolean, rebuild: boolean): Promise<void> {
    const number = ++tries
    const epoch = rebuild ? undefined : current?.epoch
    try {
      const greeting = await persist('media.open', { callId, take: taking, epoch })
      await adopt(greeting)
    } catch (error) {
      // A later try of this very page has taken the seat from this one: what it comes to holds.
      if (!ending.signal.aborted && number === tries) refused(failureOf(error).code)
    }
  }

  function refused(code: string): void {
    if (code === 'conflict') leaveTo('elsewhere')
    else if (code === 'notFound' || code === 'notAllowed') leaveTo('over')
    else setTimeout(() => ending.signal.aborted || void open(false, true), OVERLAP_MS)
  }

  async function adopt(greeting: Greeting): Promise<void> {
    const device = await loadedDevice(greeting.rtpCapabilities)
    if (ending.signal.aborted || greeting.epoch < (current?.epoch ?? 0)) return
    $place.set(greeting.seat)
    $seat.set('held')
    if (current && greeting.epoch === current.epoch) return current.announce()
    const old = current
    const link = createLink({
      device,
      greeting,
      persist,
      onRefused: (error, source) => say(link, error, source),
      onGone: (consumerId) => link === current && forget(consumerId),
    })
    current = link
    link.$connection.listen((connection) => onConnection(link, connection))
    recovery.rebuilt()
    if (old) retire(old, link)
    await Promise.all([link.announce(), own.settle(), ...early.splice(0).map(receive)])
  }

  function say(link: Link, error: unknown, source?: Source): void {
    if (link !== current) return
    const { code } = failureOf(error)
    if (source && (code === 'notAllowed' || code === 'badInput')) return own.lower(source)
    recovery.try('refused')
  }

  function forget(consumerId: string): void {
    const track = current?.drop(consumerId)
    if (track) remote.remove(track)
  }

  function onConnection(link: Link, connection: Connection): void {
    if (link !== current) return
    if (connection === 'connected') recovery.try('connected')
    if (connection !== 'broken') return
    wire.check()
    recovery.try('broken')
  }

  /** Make before break: the old pair plays until the new one stands. */
  function retire(old: Link, link: Link): void {
    const timer = setTimeout(done, OVERLAP_MS)
    const stop = link.$connection.listen((connection) => connection === 'connected' && done())
    function done() {
      clearTimeout(timer)
      stop()
      old.close()
      setTimeout(() => remote.sweep(), OVERLAP_MS)
    }
  }

  async function receive(push: DeskPushes['media.consumer']): Promise<void> {
    if (push.callId !== callId) return
    if (!current || push.epoch > current.epoch) {
      early.push(push)
      return
    }
    if (push.epoch < current.epoch) return
    const link = current
    const { seat, source } = push.consumer
    const consumer = await link.receive(push.consumer)
    if (link === current) remote.put(seat, source, consumer.track)
  }

  function leaveTo(seat: Seat): void {
    $seat.set(seat)
    current?.close()
    current = null
    remote.clear()
    own.clear()
  }

  let before: Received | null = null
  async function measure(): Promise<void> {
    const { recv } = (await current?.stats()) ?? { recv: null }
    if (!recv) return
    const after = receivedFrom(recv)
    if (before) $quality.set(qualityBetween(before, after))
    before = after
  }

  const mine = <P extends { callId: string }>(handler: (push: P) => void) => {
    return (push: P) => {
      if (push.callId === callId) handler(push)
    }
  }
  let seen = false
  const stops = [
    wire.on(
      'media.moved',
      mine((push) => void adopt(push).catch(failed)),
    ),
    wire.on(
      'media.consumer',
      mine((push) => void receive(push).catch(failed)),
    ),
    wire.on(
      'media.consumerClosed',
      mine(({ epoch, consumerId }) => {
        if (epoch === current?.epoch) forget(consumerId)
      }),
    ),
    wire.on(
      'media.closed',
      mine(({ why }) => leaveTo(why === 'taken' ? 'elsewhere' : 'over')),
    ),
    wire.on(
      'speaking',
      mine(({ seats }) => $speaking.set(seats)),
    ),
    wire.on('captions', mine(captions.take)),
    wire.onOnline((afterSilence) => {
      if (seen && $seat.get() === 'held') void open(false, false)
      seen = true
      recovery.try(afterSilence ? 'pathChanged' : 'socketBack')
    }),
    wire.beforeLeave(() => void wire.request('media.leaving', { callId }).catch(failed)),
    own.close,
    watchPath(() => {
      wire.check()
      recovery.try('pathChanged')
    }, wire.check),
  ]
  const stats = setInterval(() => void measure().catch(failed), STATS_MS)
  wire.setLively(true)
  void preloadMedia()
  void open(take, true)

  return {
    callId,
    $seat,
    $place,
    $health: recovery.$health,
    $remote: remote.$tracks,
    $mute: own.$mute,
    $speaking,
    $quality,
    $captions: captions.$captions,
    playback,
    take() {
      $seat.set('opening')
      void open(true, true)
    },
    setLive: own.setLive,
    raise: own.raise,
    lower: own.lower,
    mute: own.mute,
    adoptMute: own.adoptMute,
    close() {
      if (ending.signal.aborted) return
      ending.abort()
      for (const stop of stops) stop()
      clearInterval(stats)
      recovery.close()
      leaveTo('over')
      playback.close()
      wire.setLively(false)
    },
  }
}
