/** What the launcher says in the panel's address: the site in the query, the rest in the fragment. */
import type { Locale } from '../../../server/contract/words.ts'
import { pickLocale } from '../../i18n/locale.ts'

export type Address = {
  site: string
  locale: Locale
  /** Origin of the page around the frame, to which alone the panel speaks; null: opened by itself. */
  shop: string | null
  /** The shop's pages ask for a cookie that carries the visitor over its subdomains. */
  carries: boolean
  /** The shop hosts the worker that shows notifications. */
  worker: boolean
  /** This is the window that a call was moved to, not the panel in a shop's page. */
  ownWindow: boolean
  page: { url: string; title: string; referrer?: string } | undefined
}

export function readAddress(at: Pick<Location, 'search' | 'hash'>): Address {
  const hash = new URLSearchParams(at.hash.slice(1))
  const url = hash.get('url')
  const referrer = hash.get('referrer')
  return {
    site: new URLSearchParams(at.search).get('site') ?? '',
    locale: pickLocale([hash.get('lang'), ...navigator.languages]),
    shop: hash.get('origin'),
    ownWindow: hash.get('window') === 'call',
    carries: hash.has('carries'),
    worker: hash.has('worker'),
    page: url ? { url, title: hash.get('title') ?? '', ...(referrer && { referrer }) } : undefined,
  }
}
