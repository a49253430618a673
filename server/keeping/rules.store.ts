/** The rules of keeping as the configuration has them. */
import { listConfiguration } from '../configuration/configuration.store.ts'
import type { ConfigurationBody } from '../contract/configuration.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { KeepingRule } from './keeping.ts'

export async function rulesOf(db: Database | Transaction): Promise<KeepingRule[]> {
  return (await listConfiguration(db, 'keepingRule')).map(({ body }) => ruleOf(body))
}

/** As the policy has it. */
export function ruleOf({ what, queueId, days, ...body }: ConfigurationBody<'keepingRule'>): KeepingRule {
  const data = body.data === 'all' ? null : body.data
  return { what, queueId, days, data, medium: body.medium === 'all' ? null : body.medium }
}
