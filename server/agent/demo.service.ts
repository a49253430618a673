/** People and a shop to try Parley with, on one's own machine only. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { v7 as newId } from 'uuid'
import { hmac, newSecret } from '../auth/secret.ts'
import { revokeOthers } from '../auth/session.store.ts'
import type { Config } from '../config.ts'
import type { Role } from '../contract/desk.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { ownOrigins } from '../site/own-origins.ts'
import { admitOrigins, insertSite } from '../site/site.store.ts'
import type { Database } from '../storage/database.ts'
import { createLink } from './person.service.ts'
import { deleteLinksOf, insertPerson, listDemoPeople } from './person.store.ts'

const people: { name: string; login: string; role: Role }[] = [
  { name: 'Sara', login: 'sara@demo.invalid', role: 'agent' },
  { name: 'Amir', login: 'amir@demo.invalid', role: 'agent' },
  { name: 'Vera', login: 'vera@demo.invalid', role: 'supervisor' },
  { name: 'Kian', login: 'kian@demo.invalid', role: 'reviewer' },
  { name: 'Dana', login: 'dana@demo.invalid', role: 'admin' },
]

type DemoConfig = Pick<Config, 'demo' | 'publicUrl' | 'port' | 'secrets' | 'dataDir'>

/** The same at each start of one installation, and in no other. */
export const demoSiteKey = ({ secrets }: Pick<Config, 'secrets'>): string =>
  `demo-${hmac(secrets.jwtSecret, 'demo site').toString('base64url').slice(0, 16)}`

/**
 * Makes the demo people and shop where they are missing; what has been made of them since stays, and only our own pages may show the
 * shop wherever we are now. Not a demo: ends what demo people may still hold.
 */
export async function ensureDemo(db: Database, config: DemoConfig): Promise<void> {
  if (!config.demo) return retireDemo(db)
  const known = await listDemoPeople(db)
  // Their logins may have been changed: those that are missing are only so before the first start has come so far.
  if (known.length < people.length)
    for (const person of people) await insertPerson(db, { id: newId(), demo: true, ...person })
  const [key, origins] = [demoSiteKey(config), ownOrigins(config)]
  await insertSite(db, { id: newId(), key, name: 'Demo shop', origins, secret: newSecret() })
  await admitOrigins(db, key, origins)
}

async function retireDemo(db: Database): Promise<void> {
  const at = new Date(await clockOf(db))
  for (const person of await listDemoPeople(db)) {
    await revokeOthers(db, 'person', person.id, null, at)
    await deleteLinksOf(db, person.id)
  }
}

export type DemoLink = { name: string; role: Role; url: string }

/** Fresh one-time links in DATA_DIR/run/links.json, for whoever started us to print. Not a demo: no such file. */
export async function writeDemoLinks(db: Database, config: DemoConfig): Promise<void> {
  const file = path.join(config.dataDir, 'run', 'links.json')
  if (!config.demo) return rm(file, { force: true })
  const links: DemoLink[] = []
  const at = new Date(await clockOf(db))
  for (const { id, name, role } of await listDemoPeople(db)) {
    links.push({ name, role, url: await createLink(db, { now: () => at, config }, id) })
  }
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.part`, `${JSON.stringify(links, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.part`, file)
}
