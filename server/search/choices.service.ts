/** What conversations can be filtered by here: names of what is configured. */
import type { FilterChoices } from '../contract/finder.ts'
import { listConfiguration } from '../configuration/configuration.store.ts'
import type { Database } from '../storage/database.ts'
import { everyAgent } from './item.store.ts'

export async function filterChoices(db: Database): Promise<FilterChoices> {
  const [agents, queues, sites, dispositions] = [
    await everyAgent(db),
    await listConfiguration(db, 'queue'),
    await listConfiguration(db, 'site'),
    await listConfiguration(db, 'disposition'),
  ]
  const named = ({ id, body }: { id: string; body: { name: string } }) => ({ id, name: body.name })
  const byId = new Map(dispositions.map(({ id, body }) => [id, body]))
  const path = (id: string): string => {
    const names: string[] = []
    for (let at = byId.get(id); at; at = at.parentId === null ? undefined : byId.get(at.parentId))
      names.unshift(at.name)
    return names.join(' › ')
  }
  return {
    ...{ agents, queues: queues.map(named), sites: sites.map(named) },
    dispositions: dispositions.map(({ id }) => ({ id, name: path(id) })),
  }
}
