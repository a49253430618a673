/** Whom somebody looks after: supervisors who are in a team its agents; everybody else all. */
import type { StaffCaller } from '../caller/caller.ts'
import { listConfiguration } from '../configuration/configuration.store.ts'
import type { Database, Transaction } from '../storage/database.ts'

export type LooksAfter = (agentId: string) => boolean

export async function looksAfter(
  db: Database | Transaction,
  caller: Pick<StaffCaller, 'personId' | 'role'>,
): Promise<LooksAfter> {
  if (caller.role !== 'supervisor') return () => true
  const profiles = await listConfiguration(db, 'profile')
  const teams = new Map(profiles.map(({ id, body }) => [id, body.teamId]))
  const own = teams.get(caller.personId) ?? null
  return (agentId) => own === null || teams.get(agentId) === own
}
