import { v7 as newId } from 'uuid'
import { atTheMachine, type Changer, writeAudit } from '../audit/audit.store.ts'
import { newSecret } from '../auth/secret.ts'
import { configurationBodies } from '../contract/configuration.ts'
import { AppError } from '../contract/errors.ts'
import { type Database, inTransaction } from '../storage/database.ts'
import { siteKeyOf } from './site-key.ts'
import {
  findSite,
  findSiteByKey,
  listSiteItems,
  saveSecret,
  insertSite,
  type Site,
  writeSiteItem,
} from './site.store.ts'

/** What the shop puts into its pages. */
export const snippetOf = (publicUrl: string, { key, cookieDomain }: Site['config']): string => {
  const cookie = cookieDomain === null ? '' : ` data-cookie-domain="${cookieDomain}"`
  return `<script async src="${publicUrl}/widget.js" data-site="${key}"${cookie}></script>`
}

/** A new site with its key and secret, made at the machine; at the desk they are items of the configuration. */
export async function addSite(
  db: Database,
  { name, origins }: { name: string; origins: string[] },
): Promise<Site> {
  const id = newId()
  const key = siteKeyOf(id)
  return await inTransaction(db, async (trx) => {
    await insertSite(trx, { id, key, name, origins: [...new Set(origins)], secret: newSecret() })
    const [item] = await listSiteItems(trx, id)
    const entry = { action: 'created', kind: 'site', subjectId: id, before: null, after: item?.body } as const
    await writeAudit(trx, atTheMachine, [entry])
    return await siteByKey(trx, key)
  })
}

/** Another secret for the shop's server; the one before is void at once. Throws `notFound`. */
export async function renewSecret(db: Database, by: Changer, id: string): Promise<string> {
  const secret = newSecret()
  return await inTransaction(db, async (trx) => {
    if (!(await findSite(trx, id))) throw noSite()
    await saveSecret(trx, id, secret)
    const entry = { action: 'renewed', kind: 'site', subjectId: id, before: null, after: null } as const
    await writeAudit(trx, by, [entry])
    return secret
  })
}

const noSite = () => new AppError('notFound', 'No such site')

/** Throws `notFound`. */
export async function siteByKey(db: Database, key: string): Promise<Site> {
  const site = await findSiteByKey(db, key)
  if (!site) throw noSite()
  return site
}

/** Lets a cookie carry visitors over the subdomains of `domain`, or none. Throws `notFound`, `badInput`. */
export async function setCookieDomain(db: Database, key: string, domain: string | null): Promise<void> {
  const { id } = await siteByKey(db, key)
  await inTransaction(db, async (trx) => {
    const [item] = await listSiteItems(trx, id)
    const parsed = configurationBodies.site.safeParse({ ...item?.body, cookieDomain: domain })
    if (!parsed.success) {
      throw new AppError(
        'badInput',
        'cookieDomain: a domain like shop.example that one of the origins lies in',
      )
    }
    const after = parsed.data
    await writeSiteItem(trx, id, after)
    const before = item?.body ?? null
    await writeAudit(trx, atTheMachine, [{ action: 'changed', kind: 'site', subjectId: id, before, after }])
  })
}
