import { createContext, useContext } from 'react'
import type { I18n } from './i18n.ts'

/** Provided once at the root of each app. */
export const I18nContext = createContext<I18n | null>(null)

export function useI18n(): I18n {
  const i18n = useContext(I18nContext)
  if (!i18n) throw new Error('no I18nContext above')
  return i18n
}
