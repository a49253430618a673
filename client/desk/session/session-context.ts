import { createContext, useContext } from 'react'
import type { Session } from './desk-session.ts'

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('no SessionContext above')
  return session
}
