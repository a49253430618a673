import { type Selectable, sql } from 'kysely'
import { type ConfigurationBody, type ConfigurationItem } from '../contract/configuration.ts'
import { Site as SiteBody, type SiteRecording } from '../contract/site.ts'
import { SiteConfig } from '../contract/http.ts'
import { newSecret } from '../auth/secret.ts'
import { siteKeyOf } from './site-key.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Site as SiteRow } from '../storage/database.generated.ts'

export type Site = {
  id: string
  origins: string[]
  /** Key of the HMAC with which the shop vouches for its people. */
  secret: string
  config: SiteConfig
  recording: SiteRecording
}

const toSite = (row: Selectable<SiteRow>): Site => ({
  id: row.id,
  origins: row.origins,
  secret: row.secret,
  recording: toBody(row).recording,
  config: SiteConfig.parse({
    key: row.key,
    name: row.name,
    accent: row.accent,
    locale: row.locale,
    consent: row.consent,
    holdAudio: holdAudioPath(row.hold_audio),
    cookieDomain: row.cookie_domain,
    pausePages: toBody(row).recording.pausePages,
    texts: ownTexts(toBody(row).texts),
    preChat: row.pre_chat_form !== null,
  }),
})

const holdAudioPath = (name: string | null) => (name === null ? null : `/widget/hold-audio/${name}`)

/** Only words that are the site's own: the others are the widget's. */
function ownTexts(texts: ConfigurationBody<'site'>['texts']): SiteConfig['texts'] {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([locale, words]) => {
      const own = Object.entries(words).filter(([, text]) => text.trim() !== '')
      return own.length === 0 ? [] : [[locale, Object.fromEntries(own)]]
    }),
  )
}

/** As an item of the configuration. */
const toBody = (row: Selectable<SiteRow>): ConfigurationBody<'site'> =>
  SiteBody.parse({
    ...{ name: row.name, origins: row.origins, locale: row.locale, accent: row.accent },
    ...{ texts: row.texts, consent: row.consent, queueId: row.queue_id },
    ...{ cookieDomain: row.cookie_domain, recording: row.recording },
    forms: { preChat: row.pre_chat_form, waiting: row.waiting_form, offline: row.offline_form },
  })

export async function listSiteItems(
  db: Database | Transaction,
  id?: string,
): Promise<ConfigurationItem<'site'>[]> {
  let rows = db.selectFrom('site').selectAll().orderBy('created_at').orderBy('id')
  if (id !== undefined) rows = rows.where('id', '=', id)
  return (await rows.execute()).map((row) => ({
    ...{ id: row.id, version: row.version, updatedAt: row.updated_at.getTime() },
    body: toBody(row),
  }))
}

/** Writes the site as its next version; a new one gets its key and its secret. */
export async function writeSiteItem(
  trx: Transaction,
  id: string,
  body: ConfigurationBody<'site'>,
): Promise<void> {
  const { name, origins, locale, accent, texts, consent, queueId, forms, cookieDomain, recording } = body
  const columns = {
    ...{ name, origins, locale, accent, texts: JSON.stringify(texts), consent, queue_id: queueId },
    ...{ cookie_domain: cookieDomain, recording: JSON.stringify(recording) },
    ...{ pre_chat_form: forms.preChat, waiting_form: forms.waiting, offline_form: forms.offline },
  }
  await trx
    .insertInto('site')
    .values({ id, key: siteKeyOf(id), secret: newSecret(), ...columns })
    .onConflict((clash) =>
      clash.column('id').doUpdateSet({
        ...columns,
        version: sql<number>`site.version + 1`,
        updated_at: sql<Date>`clock_timestamp()`,
      }),
    )
    .execute()
}

/** False when visitors of it are known: what they said stays readable under it. */
export async function deleteSite(trx: Transaction, id: string): Promise<boolean> {
  await trx.selectFrom('site').select('id').where('id', '=', id).forUpdate().execute()
  const visitor = await trx
    .selectFrom('visitor')
    .select('id')
    .where('site_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  if (visitor) return false
  await trx.deleteFrom('site').where('id', '=', id).execute()
  return true
}

export async function saveSecret(trx: Transaction, id: string, secret: string): Promise<void> {
  await trx.updateTable('site').set({ secret }).where('id', '=', id).execute()
}

export async function findSiteByKey(db: Database, key: string): Promise<Site | null> {
  const row = await db.selectFrom('site').selectAll().where('key', '=', key).executeTakeFirst()
  return row ? toSite(row) : null
}

export async function findSite(db: Database | Transaction, id: string): Promise<Site | null> {
  const row = await db.selectFrom('site').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toSite(row) : null
}

export async function listSites(db: Database): Promise<Site[]> {
  const rows = await db.selectFrom('site').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map(toSite)
}

export type NewSite = { id: string; key: string; name: string; origins: string[]; secret: string }

/** One with this key that exists already stays as it is. */
export async function insertSite(db: Database, site: NewSite): Promise<void> {
  await db
    .insertInto('site')
    .values(site)
    .onConflict((clash) => clash.column('key').doNothing())
    .execute()
}

/** These origins may show it, too, besides those that may. */
export async function admitOrigins(db: Database, key: string, origins: readonly string[]): Promise<void> {
  const wanted = sql<string[]>`${origins}::text[]`
  await db
    .updateTable('site')
    .set({
      origins: sql<string[]>`origins || array(
        select origin from unnest(${wanted}) with ordinality w(origin, place)
        where origin <> all(origins) order by place)`,
      version: sql<number>`version + 1`,
      updated_at: sql<Date>`clock_timestamp()`,
    })
    .where('key', '=', key)
    .where(sql<boolean>`not origins @> ${wanted}`)
    .execute()
}

export async function saveHoldAudio(
  db: Database | Transaction,
  key: string,
  name: string | null,
): Promise<void> {
  await db.updateTable('site').set({ hold_audio: name }).where('key', '=', key).execute()
}
