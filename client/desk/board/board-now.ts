import type { Board } from '../../../server/contract/board.ts'
import type { WireStatus } from '../../wire/wire.ts'

/** The board's clock, by which waits are counted: without a connection it stands where the board was read last. */
export const boardNow = (status: WireStatus, now: number, board: Pick<Board, 'now'> | null): number =>
  status === 'online' || !board ? now : board.now
