/** Rooms once opened stay alive, so that switching back shows them at once and calls go on. */
import { atom, type ReadableAtom } from 'nanostores'

/** Rooms beyond this many are let go, the longest unused first. */
export const ROOMS = 20

export type Rooms<R> = {
  $rooms: ReadableAtom<readonly R[]>
  /** Makes the room where there is none yet. */
  of(conversationId: string): R
  known(conversationId: string): R | undefined
  /** These are let go by nobody else's coming. */
  keep(ids: readonly string[]): void
  close(): void
}

/** `busy`: something goes on in it, whether or not anybody looks. */
export function createRooms<R extends { conversationId: string }>(
  open: (conversationId: string) => R,
  { busy, shut }: { busy(room: R): boolean; shut(room: R): void },
): Rooms<R> {
  const $rooms = atom<readonly R[]>([])
  let kept: readonly string[] = []
  /** The longest unused first. Apart from the rooms, since using one, as each drawing does, changes nothing that is shown. */
  const used = new Set<string>()

  const known = (conversationId: string) =>
    $rooms.get().find((room) => room.conversationId === conversationId)
  const spare = (): R | undefined => {
    if ($rooms.get().length < ROOMS) return undefined
    for (const id of used) {
      const room = known(id)
      if (room && !kept.includes(id) && !busy(room)) return room
    }
    return undefined
  }
  const add = (conversationId: string): R => {
    const gone = spare()
    const room = open(conversationId)
    $rooms.set([...$rooms.get().filter((one) => one !== gone), room])
    if (gone) {
      used.delete(gone.conversationId)
      shut(gone)
    }
    return room
  }
  const of = (conversationId: string): R => {
    const room = known(conversationId) ?? add(conversationId)
    used.delete(conversationId)
    used.add(conversationId)
    return room
  }
  return {
    ...{ $rooms, of, known },
    keep(ids) {
      kept = ids
      for (const id of ids) if (!known(id)) of(id)
    },
    close: () => $rooms.get().forEach(shut),
  }
}
