/** Who heard what was said lately. A caption may change afterwards: whoever read it is told, and nobody who came later. */
import type { Notice } from '../../sfu/control/contract.ts'

type Piece = Pick<Extract<Notice, { type: 'speech' }>, 'at' | 'readers'>
type Readers = {
  note(seat: string, piece: Piece): void
  /** Of the piece that was being said then. */
  at(seat: string, ms: number): Piece['readers']
}

/** Lines change while what follows within seconds is masked with them. */
const MOST_PIECES = 30
const MOST_SEATS = 2_000

export function createReaders(): Readers {
  const known = new Map<string, Piece[]>()
  return {
    note(seat, { at, readers }) {
      const pieces = [...(known.get(seat) ?? []), { at, readers }].slice(-MOST_PIECES)
      // The last to speak stand last.
      known.delete(seat)
      known.set(seat, pieces)
      const [oldest] = known.keys()
      if (known.size > MOST_SEATS && oldest !== undefined) known.delete(oldest)
    },
    at: (seat, ms) => known.get(seat)?.findLast((piece) => piece.at <= ms)?.readers ?? [],
  }
}
