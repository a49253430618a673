import type { StaffCaller } from '../caller/caller.ts'
import { assertSupervises } from '../call/supervise.service.ts'
import type { Board } from '../contract/board.ts'
import type { Deps } from '../deps.ts'
import { readBoard } from './board.store.ts'

/** All who look share one reading; it is never older than this. */
const FRESH_MS = 1_000

const latest = new WeakMap<Deps['db'], { at: number; board: Promise<Board> }>()

/** The floor as it is now. Throws `notAllowed` for whom that is not for. */
export async function board(d: Pick<Deps, 'db' | 'config'>, caller: StaffCaller): Promise<Board> {
  assertSupervises(caller)
  const known = latest.get(d.db)
  if (known && performance.now() - known.at < FRESH_MS) return await known.board
  const fresh = readBoard(d.db, d.config)
  latest.set(d.db, { at: performance.now(), board: fresh })
  // The next one who looks tries again.
  fresh.catch(() => latest.delete(d.db))
  return await fresh
}
