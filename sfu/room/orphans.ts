/**
 * Which rooms end because nobody answers for them any more. Pure.
 * People may go on talking while their server is away; a room without people is finished after a minute.
 */
export const ORPHAN_IDLE_MS = 60_000
export const ORPHAN_MAX_MS = 4 * 3600_000

export type Watched = {
  roomId: string
  installationId: string
  connected: boolean
}

export class Orphans {
  readonly #absentSince = new Map<string, number>()
  readonly #idleSince = new Map<string, number>()
  readonly #idleMs: number
  #present: ReadonlySet<string> = new Set()

  constructor(idleMs = ORPHAN_IDLE_MS) {
    this.#idleMs = idleMs
  }

  setPresent(present: ReadonlySet<string>): void {
    this.#present = present
  }

  /** Rooms to end now. `now`: any monotonic clock, ms. Call it every few seconds. */
  sweep(rooms: Watched[], now: number): string[] {
    const ended: string[] = []
    for (const { roomId, installationId, connected } of rooms) {
      if (this.#present.has(installationId)) {
        this.#absentSince.delete(installationId)
        this.#idleSince.delete(roomId)
        continue
      }
      const absent = now - remember(this.#absentSince, installationId, now)
      if (connected) this.#idleSince.delete(roomId)
      else remember(this.#idleSince, roomId, now)
      const idle = connected ? 0 : now - (this.#idleSince.get(roomId) ?? now)
      if (idle >= this.#idleMs || absent >= ORPHAN_MAX_MS) ended.push(roomId)
    }
    for (const roomId of ended) this.#idleSince.delete(roomId)
    return ended
  }
}

function remember(since: Map<string, number>, key: string, now: number): number {
  const known = since.get(key)
  if (known !== undefined) return known
  since.set(key, now)
  return now
}
