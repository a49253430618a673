/** To whom we let a push be sent, and how much it says. Pure. */

/** A push service's address is a secret link; none is longer than this. */
export const LONGEST_ENDPOINT = 1_000
/** The one loopback address that an operator may admit, for tests. */
export const LOOPBACK = '127.0.0.1'
const LONGEST_TEXT = 120

/**
 * Whether it is an address of a push service that the operator admits. `hosts`: names, and with a leading dot all names
 * below one. Whoever subscribes chooses the address that this server will then send to; so nothing but https on its usual
 * port, no address in figures, nobody's credentials. Where loopback is admitted, any port of it by plain http.
 */
export function mayReceive(endpoint: string, hosts: readonly string[]): boolean {
  const url = endpoint.length <= LONGEST_ENDPOINT ? URL.parse(endpoint) : null
  if (!url || url.username !== '' || url.password !== '' || url.hash !== '') return false
  if (url.hostname === LOOPBACK) return url.protocol === 'http:' && hosts.includes(LOOPBACK)
  const named = hosts.some((host) =>
    host.startsWith('.') ? url.hostname.endsWith(host) : url.hostname === host,
  )
  return named && url.protocol === 'https:' && url.port === ''
}

/** What was written, where the operator lets it be shown on screens that may be locked. */
export function shownText(text: string | null, allowed: boolean): string | null {
  if (!allowed || text === null || text.trim() === '') return null
  return text.slice(0, LONGEST_TEXT).toWellFormed()
}

/** The page to be opened, as far as it is one of the site's own; else the site's first. Null: the site has none. */
export function pageToOpen(url: string | null, origins: readonly string[]): string | null {
  const known = url === null ? null : URL.parse(url)
  const page = known && origins.includes(known.origin) ? known : URL.parse(origins[0] ?? '')
  if (!page || !/^https?:$/.test(page.protocol)) return null
  page.searchParams.set('parley', 'open')
  return page.href
}
