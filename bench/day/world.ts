/** The contact centre of the day: sites with queues of their own, agents in two queues each, dispositions. */
import { v7 as newId } from 'uuid'
import { createLink } from '../../server/agent/person.service.ts'
import { insertPerson } from '../../server/agent/person.store.ts'
import { type ConfigurationBody, configurationBodies } from '../../server/contract/configuration.ts'
import { addSite } from '../../server/site/site.service.ts'
import type { Database } from '../../server/storage/database.ts'

export type World = {
  sites: string[]
  people: { id: string; link: string }[]
  dispositions: string[]
}

/** How many chats one agent has at most. */
export const CAPACITY = 2
const QUEUES = 4

const perMedium = <T>(figure: T) => ({ chat: figure, voice: figure, video: figure })

const queueOf = (index: number): ConfigurationBody<'queue'> =>
  configurationBodies.queue.parse({
    ...{ name: `Queue ${index}`, priority: index, maxLength: null, hoursId: null, lastAgentMs: 0 },
    ...{ requires: [], prefers: [], rings: [], overflow: [], ageing: null },
    target: perMedium({ share: 0.8, withinMs: 20_000 }),
    offerMs: perMedium(6_000),
    wrapUp: {
      ...{ mode: index % 2 ? 'timed' : 'optional', ms: 4_000, extensionMs: 0 },
      ...{ disposition: 'optional', note: 'optional' },
    },
  })

export async function buildWorld(db: Database, publicUrl: string, agents: number): Promise<World> {
  const put = async (kind: string, id: string, body: object): Promise<string> => {
    await db
      .insertInto('configuration')
      .values({ kind, id, version: 1, body: JSON.stringify(body) })
      .execute()
    return id
  }
  const queues: string[] = []
  const sites: string[] = []
  for (let index = 0; index < QUEUES; index++) {
    const queueId = await put('queue', newId(), queueOf(index))
    const site = await addSite(db, { name: `Shop ${index}`, origins: [publicUrl] })
    await db.updateTable('site').set({ queue_id: queueId }).where('id', '=', site.id).execute()
    queues.push(queueId)
    sites.push(site.config.key)
  }
  const dispositions: string[] = []
  for (const name of ['Answered', 'Order placed', 'Spam'])
    dispositions.push(await put('disposition', newId(), { name, parentId: null }))
  const people: World['people'] = []
  for (let index = 0; index < agents; index++) {
    const id = newId()
    const person = { id, login: `${id}@bench.invalid`, name: `Agent ${index}` }
    await insertPerson(db, { ...person, role: 'agent', demo: false })
    await put('profile', id, {
      ...{ teamId: null, skills: [], capacity: [{ chat: CAPACITY, voice: 0, video: 0 }] },
      queues: [0, 1].map((step) => ({ queueId: queues[(index + step) % QUEUES], priority: 1 + step })),
    })
    const address = await createLink(db, { now: () => new Date(), config: { publicUrl } }, id)
    people.push({ id, link: address.split('#link=')[1] ?? '' })
  }
  return { sites, people, dispositions }
}
