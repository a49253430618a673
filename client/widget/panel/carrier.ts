/**
 * Where the site lets a cookie of the shop's carry its visitors over its subdomains: the launcher keeps the cookie, the
 * panel decides what goes into it. That is the renewal secret, and only while the visitor is nobody in particular: one
 * whom the shop has signed is found again by that signature.
 */
import { isWithin } from '../../../server/contract/domain.ts'
import type { Carrier } from '../../wire/visitor-session.ts'
import type { Address } from './address.ts'
import type { Bridge } from './bridge.ts'

const ANSWER_MS = 500

export function createCarrier({ carries, shop }: Address, bridge: Bridge) {
  if (!carries || shop === null) return null
  let tell = (_secret?: string): void => undefined
  const carrier: Carrier & { heard(secret?: string): void } = {
    heard: (secret) => tell(secret),
    bring: () =>
      new Promise((resolve) => {
        tell = resolve
        setTimeout(resolve, ANSWER_MS)
        bridge.tell({ type: 'carried' })
      }),
    give(kept) {
      const domain = kept?.site.cookieDomain
      const may = domain && !kept.visitor.verified && isWithin(new URL(shop).hostname, domain)
      bridge.tell({ type: 'carry', secret: may ? kept.renewal : null, domain: domain ?? '' })
    },
  }
  return carrier
}
