import { listConfiguration } from '../configuration/configuration.store.ts'
import type { ConfigurationItem } from '../contract/configuration.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { installationZone } from './zone.policy.ts'

/** The zone by which days begin where no opening hours of their own say so; `TZ` or the machine's settings without any hours. */
export const zoneOf = (hours: readonly ConfigurationItem<'hours'>[]): string =>
  installationZone(
    hours.map(({ body }) => body),
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  )

export const readZone = async (db: Database | Transaction): Promise<string> =>
  zoneOf(await listConfiguration(db, 'hours'))
