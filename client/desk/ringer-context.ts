import { createContext, useContext } from 'react'
import type { Ringer } from './ring.ts'

export const RingerContext = createContext<Ringer | null>(null)

export function useRinger(): Ringer {
  const ringer = useContext(RingerContext)
  if (!ringer) throw new Error('no RingerContext above')
  return ringer
}
