import { useEffect, useState } from 'react'
import type { Day } from '../../../server/contract/day.ts'
import { keyAt, shiftDays, startOf } from '../../ui/days.ts'
import { failureOf } from '../../wire/request-error.ts'
import { useSession } from '../session/session-context.ts'

const EVERY_MS = 30_000

export type Reading = { state: 'loading' } | { state: 'failed'; code: string } | { state: 'read'; day: Day }

/** A person's day by the reader's own midnights; today's is read again while somebody looks. `date`: a key of days.ts. */
export function useDay(id: string, date: string): { reading: Reading; again(): void } {
  const session = useSession()
  const [tries, setTries] = useState(0)
  const [reading, setReading] = useState<Reading>({ state: 'loading' })
  useEffect(() => {
    let open = true
    setReading({ state: 'loading' })
    const read = async (): Promise<void> => {
      const span = `from=${startOf(date)}&to=${startOf(shiftDays(date, 1))}`
      const answer = await session.fetch(`/api/desk/people/${id}/day?${span}`)
      const day = (await answer.json()) as Day
      if (open) setReading({ state: 'read', day })
    }
    read().catch((error: unknown) => open && setReading({ state: 'failed', code: failureOf(error).code }))
    const again = (): void => {
      if (document.visibilityState === 'hidden' || date !== keyAt(Date.now())) return
      // What was read last stays when it cannot be read again.
      read().catch(() => undefined)
    }
    const timer = setInterval(again, EVERY_MS)
    return () => {
      open = false
      clearInterval(timer)
    }
  }, [session, id, date, tries])
  return { reading, again: () => setTries(tries + 1) }
}
