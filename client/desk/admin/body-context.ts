/** The whole body that is being edited, for a control whose choices stand elsewhere in it. */
import { createContext, useContext } from 'react'
import type { Body } from './merge.ts'

export const BodyContext = createContext<Body>({})

export const useBody = (): Body => useContext(BodyContext)
