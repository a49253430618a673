import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import { useEffect, useState } from 'react'
import type { Wire } from '../../wire/wire.ts'
import { useDesk } from '../desk-context.ts'
import type { Pages, Reading } from './earlier.ts'

const $loading = atom<Pages<never>>({ phase: 'loading', items: [], more: false })

type Open<T> = (wire: Wire<'desk'>, conversationId: string) => Reading<T>

/** Reads it while it is shown, and anew when `since` changes; nothing while that is null. */
export function useReading<T>(open: Open<T>, conversationId: string, since: string | null = '') {
  const { wire } = useDesk()
  const [reading, setReading] = useState<Reading<T> | null>(null)
  useEffect(() => {
    if (since === null) return
    const next = open(wire, conversationId)
    setReading(next)
    return () => {
      next.close()
      setReading(null)
    }
  }, [wire, open, conversationId, since])
  const pages: Pages<T> = useStore(reading?.$pages ?? $loading)
  return { pages, reading }
}
