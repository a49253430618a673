import { useEffect, useState } from 'react'
import type { Board } from '../../../server/contract/board.ts'
import { useDesk } from '../desk-context.ts'

const EVERY_MS = 2_000

/** The floor, read again every two seconds while somebody looks; null until it is there first. */
export function useBoard(): Board | null {
  const { wire } = useDesk()
  const [board, setBoard] = useState<Board | null>(null)
  useEffect(() => {
    let open = true
    const read = (): void => {
      if (document.visibilityState === 'hidden') return
      wire.request('board', {}).then(
        (next) => open && setBoard(next),
        // Not connected: what was read last stays, with its time.
        () => undefined,
      )
    }
    const timer = setInterval(read, EVERY_MS)
    const stop = wire.onOnline(read)
    return () => {
      open = false
      clearInterval(timer)
      stop()
    }
  }, [wire])
  return board
}
