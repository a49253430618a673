import { useEffect, useState } from 'react'
import { keyAt, shiftDays, startOf } from '../../ui/days.ts'
import { failureOf } from '../../wire/request-error.ts'
import { useSession } from '../session/session-context.ts'

const EVERY_MS = 30_000

export type Reading<T> = { state: 'loading' } | { state: 'failed'; code: string } | { state: 'read'; of: T }

/**
 * What the server tells of one day by the reader's own midnights; today's is read again while somebody looks. `address`: of the
 * door, without the day. `date`: a key of days.ts.
 */
export function useOfDay<T>(address: string, date: string): { reading: Reading<T>; again(): void } {
  const session = useSession()
  const [tries, setTries] = useState(0)
  const [reading, setReading] = useState<Reading<T>>({ state: 'loading' })
  useEffect(() => {
    let open = true
    setReading({ state: 'loading' })
    const read = async (): Promise<void> => {
      const url = new URL(address, location.href)
      url.searchParams.set('from', String(startOf(date)))
      url.searchParams.set('to', String(startOf(shiftDays(date, 1))))
      const answer = await session.fetch(`${url.pathname}${url.search}`)
      const of = (await answer.json()) as T
      if (open) setReading({ state: 'read', of })
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
  }, [session, address, date, tries])
  return { reading, again: () => setTries(tries + 1) }
}
