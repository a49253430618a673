/** Whom a reviewer hears, and how loud. */
import type { SeatId } from '../../server/conversation/conversation.ts'

export type Mix = {
  silenced: ReadonlySet<SeatId>
  /** Nobody else is heard meanwhile; who was silenced before is silent after it. */
  solo: SeatId | null
  /** Of those that were changed; 1: as recorded. */
  volumes: ReadonlyMap<SeatId, number>
}

/** Quiet voices can be raised above what was recorded. */
export const LOUDEST = 2

export const even: Mix = { silenced: new Set(), solo: null, volumes: new Map() }

export const volumeOf = ({ volumes }: Mix, seat: SeatId): number => volumes.get(seat) ?? 1

export const isHeard = ({ silenced, solo }: Mix, seat: SeatId): boolean =>
  solo === null ? !silenced.has(seat) : solo === seat

/** What its sound is multiplied by. */
export const gainOf = (mix: Mix, seat: SeatId): number => (isHeard(mix, seat) ? volumeOf(mix, seat) : 0)

export const withVolume = (mix: Mix, seat: SeatId, volume: number): Mix => ({
  ...mix,
  volumes: new Map(mix.volumes).set(seat, Math.min(LOUDEST, Math.max(0, volume))),
})

/** Silences a voice or lets it be heard again, which also ends a solo. */
export function withHeard(mix: Mix, seat: SeatId, on: boolean): Mix {
  const silenced = new Set(mix.silenced)
  if (on) silenced.delete(seat)
  else silenced.add(seat)
  return { ...mix, silenced, solo: null }
}

/** Begins it, or ends it where that seat has it. */
export const withSolo = (mix: Mix, seat: SeatId): Mix => ({ ...mix, solo: mix.solo === seat ? null : seat })
