/** What a spec allows. Pure: no mediasoup, no clock. */
import type { RoomSpec, Seat, Source } from '../control/contract.ts'

export const kindOf: Record<Source, 'audio' | 'video'> = { mic: 'audio', cam: 'video', screen: 'video' }

export function seatOf(spec: RoomSpec, seatId: string): Seat | undefined {
  return spec.seats.find((seat) => seat.id === seatId)
}

export function maySend(spec: RoomSpec, seatId: string, source: Source): boolean {
  return seatOf(spec, seatId)?.send.includes(source) ?? false
}

export function isMuted(spec: RoomSpec, seatId: string, source: Source): boolean {
  return seatOf(spec, seatId)?.muted.includes(source) ?? false
}

/** Whether `receiver` gets what `sender` sends. Never itself. */
export function hears(spec: RoomSpec, receiver: string, sender: string): boolean {
  return receiver !== sender && (seatOf(spec, receiver)?.hears.includes(sender) ?? false)
}

/** Whether a consumer passes media on now. Video waits until its receiver has said that it is ready. */
export function passes(spec: RoomSpec, kind: 'audio' | 'video', ready: boolean): boolean {
  return spec.flow && (kind === 'audio' || ready)
}

/** Whether a source is to be kept on disk, not counting a pause. */
export function isRecorded(spec: RoomSpec, seatId: string, source: Source): boolean {
  const seat = seatOf(spec, seatId)
  if (seat === undefined || !spec.flow || spec.recording === 'off') return false
  return seat.send.includes(source) && seat.record.includes(source)
}

/** Whether what is kept of a seat is kept apart from the call's recording. */
export function isAside(spec: RoomSpec, seatId: string): boolean {
  return seatOf(spec, seatId)?.aside === true
}

/** A seat as it is now: who sits down there later has another epoch. */
export type Reader = { seatId: string; epoch: number }

/**
 * Who may read along what a seat says: those who hear it. Nobody where captions are off or what it says is not being written, or kept
 * apart; so what is not in the call's recording is no caption either.
 */
export function readersOf(spec: RoomSpec, seatId: string): Reader[] {
  if (!spec.captions || spec.recording !== 'on' || !isRecorded(spec, seatId, 'mic')) return []
  if (isAside(spec, seatId)) return []
  const hearers = spec.seats.filter(({ id }) => hears(spec, id, seatId))
  return hearers.map(({ id, epoch }) => ({ seatId: id, epoch }))
}

/** The first fault of a spec that its schema cannot tell, or null. */
export function specFault(spec: RoomSpec): string | null {
  const ids = spec.seats.map((seat) => seat.id)
  if (new Set(ids).size !== ids.length) return 'two seats of one id'
  const deaf = spec.seats.find((seat) => seat.hears.includes(seat.id))
  return deaf === undefined ? null : `seat ${deaf.id} hears itself`
}
