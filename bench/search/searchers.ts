/** Who looks: somebody who hears everything, and those whose rules let them hear some. */
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import type { StaffCaller } from '../../server/caller/caller.ts'
import { writeConfiguration } from '../../server/configuration/configuration.store.ts'
import { queueBody } from '../../server/configuration/testing.ts'
import type { AccessRule } from '../../server/contract/access.ts'
import { type Database, inTransaction, type Transaction } from '../../server/storage/database.ts'
import { QUEUES, queueId } from './fill.ts'

export type Searcher = { name: string; caller: StaffCaller }

/** Agents of a team. */
const TEAM = 10
const GRANTS = 50
const sensitivities = new Map([
  [1, 'sensitive'],
  [7, 'sensitive'],
  [5, 'restricted'],
] as const)

/** `agent`: who it is, by their place among the agents, the most used first; in a team of their own where they have nothing to do with it. */
type Kind = { name: string; agent: number; rule: Partial<AccessRule> & Pick<AccessRule, 'whose'> }
const kinds: Kind[] = [
  { name: 'everything', agent: 199, rule: { whose: 'all' } },
  { name: 'nothing sensitive', agent: 198, rule: { whose: 'all', upTo: 'normal' } },
  { name: 'sensitive if granted', agent: 197, rule: { whose: 'all', askFrom: 'sensitive' } },
  { name: 'one queue', agent: 196, rule: { whose: 'queues', queues: [queueId(3)], upTo: 'sensitive' } },
  { name: 'own team', agent: 100, rule: { whose: 'team', upTo: 'sensitive' } },
  { name: 'own', agent: 40, rule: { whose: 'own' } },
]

/** Writes rules, teams and queues in place of those that there are. `agents`: the most used first. */
export async function searchers(db: Database, agents: readonly string[]): Promise<Searcher[]> {
  await sql`delete from configuration where kind in ('accessRule', 'profile', 'queue')`.execute(db)
  await sql`delete from replay_request`.execute(db)
  const teams = new Map<string, string>()
  for (const [at, agent] of agents.entries())
    teams.set(agent, teams.get(agents[at - (at % TEAM)] ?? '') ?? newId())
  const all = kinds.map(({ name, agent, rule }) => {
    const personId = agents[agent] ?? ''
    if (rule.whose === 'all' || rule.whose === 'queues') teams.set(personId, newId())
    const caller: StaffCaller = { kind: 'staff', personId, name: 'Kian', role: 'reviewer', queues: [] }
    return { name, caller, rule }
  })
  await inTransaction(db, async (trx) => {
    await writeQueues(trx)
    for (const [id, teamId] of teams) {
      const body = { teamId, skills: [], queues: [], capacity: null }
      await writeConfiguration(trx, { kind: 'profile', id, body })
    }
    for (const { name, rule, caller } of all) {
      const body: AccessRule = {
        ...{ name, roles: ['reviewer'], teams: [teams.get(caller.personId) ?? ''], queues: [] },
        ...{ upTo: 'restricted', askFrom: null, unmasked: false, ...rule },
      }
      await writeConfiguration(trx, { kind: 'accessRule', id: newId(), body })
    }
  })
  for (const { caller } of all) await grantSome(db, caller.personId)
  return all
}

async function writeQueues(trx: Transaction): Promise<void> {
  for (let no = 0; no < QUEUES; no++) {
    const sensitivity = sensitivities.get(no as 1) ?? 'normal'
    const body = queueBody({ name: `Queue ${no}`, sensitivity })
    await writeConfiguration(trx, { kind: 'queue', id: queueId(no), body })
  }
}

async function grantSome(db: Database, personId: string): Promise<void> {
  await sql`insert into replay_request (id, conversation_id, person_id, reason, state, until)
    select gen_random_uuid(), id, ${personId}::uuid, 'Bench', 'granted', now() + interval '1 day'
    from (select id from conversation order by last_at desc limit ${GRANTS * 100}) c order by random() limit ${GRANTS}`.execute(
    db,
  )
}
