import { atom, type ReadableAtom } from 'nanostores'
import type { SeatId, Source } from '../../server/conversation/conversation.ts'

export type RemoteTrack = { seat: SeatId; source: Source; stream: MediaStream }

/**
 * What arrives from the others: one stream a seat and source for as long as the call lasts. Connections are
 * rebuilt beneath it; media elements keep their stream and play on.
 */
export type Remote = {
  readonly $tracks: ReadableAtom<RemoteTrack[]>
  put(seat: SeatId, source: Source, track: MediaStreamTrack): void
  remove(track: MediaStreamTrack): void
  /** Forgets what ended with its connection and was not replaced. */
  sweep(): void
  clear(): void
}

/** A new track takes over when it carries something, or after this long. */
const TAKE_OVER_MS = 400

/** `next` waits to take over from the track in the stream; `cancel` stops the waiting. */
type Slot = { shown: RemoteTrack; next: { track: MediaStreamTrack; cancel(): void } | null }

const isLive = ({ stream }: RemoteTrack) => stream.getTracks().some((one) => one.readyState === 'live')

export function createRemote(): Remote {
  const $tracks = atom<RemoteTrack[]>([])
  const slots = new Map<string, Slot>()

  function slotOf(seat: SeatId, source: Source): Slot {
    const key = `${seat}:${source}`
    const known = slots.get(key) ?? { shown: { seat, source, stream: new MediaStream() }, next: null }
    slots.set(key, known)
    return known
  }

  function wait(slot: Slot, track: MediaStreamTrack): void {
    const take = () => exchange(slot, track)
    const timer = setTimeout(take, TAKE_OVER_MS)
    track.addEventListener('unmute', take, { once: true })
    const cancel = () => {
      clearTimeout(timer)
      track.removeEventListener('unmute', take)
    }
    slot.next = { track, cancel }
  }

  function exchange(slot: Slot, track: MediaStreamTrack): void {
    slot.next?.cancel()
    slot.next = null
    const { stream } = slot.shown
    if (track.readyState === 'ended') return
    // Never empty in between: an element whose stream ran dry would stop.
    const before = stream.getTracks().filter((one) => one !== track)
    stream.addTrack(track)
    for (const old of before) stream.removeTrack(old)
    $tracks.set([...$tracks.get()])
  }

  function drop(slot: Slot, track: MediaStreamTrack): void {
    const { shown, next } = slot
    if (next?.track === track) {
      next.cancel()
      slot.next = null
    }
    if (!shown.stream.getTracks().includes(track)) return
    if (slot.next) return exchange(slot, slot.next.track)
    shown.stream.removeTrack(track)
    $tracks.set($tracks.get().filter((one) => one !== shown))
  }

  return {
    $tracks,
    put(seat, source, track) {
      const slot = slotOf(seat, source)
      slot.next?.cancel()
      slot.next = null
      if (isLive(slot.shown) && track.muted) wait(slot, track)
      else exchange(slot, track)
      if (!$tracks.get().includes(slot.shown)) $tracks.set([...$tracks.get(), slot.shown])
    },
    remove(track) {
      for (const slot of slots.values()) drop(slot, track)
    },
    sweep() {
      $tracks.set($tracks.get().filter(isLive))
    },
    clear() {
      $tracks.set([])
      for (const slot of slots.values()) {
        slot.next?.cancel()
        for (const track of slot.shown.stream.getTracks()) slot.shown.stream.removeTrack(track)
      }
      slots.clear()
    },
  }
}
