import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as id } from 'uuid'
import { createBus } from '../bus.ts'
import { createLogger } from '../logger.ts'
import type { HubWord } from '../socket/hub.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { join } from './fleet.service.ts'
import { createNeighbours, type Neighbours } from './neighbours.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const open: { self: { id: string }; neighbours: Neighbours }[] = []
// Whatever failed: who goes on listening would keep the test's process, and be a neighbour to the next test.
afterEach(async () => {
  for (const { self, neighbours } of open.splice(0)) {
    await neighbours.stop()
    await removed(self)
  }
})

const secret = 'test-only-'.repeat(5)

/** A server of which only the post is looked at. `anew`: how often its browsers had to come anew. */
async function serverOf(slot: string) {
  const self = { id: id(), slot }
  const config = { databaseUrl: database.url, secrets: { jwtSecret: secret, controlToken: secret } }
  const log = createLogger('silent')
  const neighbours = createNeighbours({ db: database.db, config, log })
  await join(database.db, self)
  const bus = createBus()
  const server = { self, neighbours, bus, anew: 0, taken: [] as HubWord[] }
  const hub = {
    keys: () => [`tab:${slot}`],
    take: (word: HubWord) => void server.taken.push(word),
    allAnew: () => {
      server.anew++
    },
  }
  open.push(server)
  await neighbours.start(self.id, { hub, bus })
  return server
}
const until = async (so: () => boolean): Promise<void> => {
  while (!so()) await delay(5)
}
const removed = (self: { id: string }) =>
  database.db.deleteFrom('server_process').where('id', '=', self.id).execute()

describe('servers beside each other', () => {
  it('know who is connected where, and hear what is said in its order, however long it is', async () => {
    const [one, two] = [await serverOf('one'), await serverOf('two')]
    await until(() => one.neighbours.has('tab:two') && two.neighbours.has('tab:one'))
    const words = Array.from({ length: 50 }, (_, no): HubWord => {
      return { t: 'push', to: 'desk', rooms: ['a'], args: [no, 'ж'.repeat(no * 500)] }
    })
    for (const word of words) one.neighbours.send(word)
    await until(() => two.taken.length >= words.length)
    expect(two.taken).toEqual(words)
  })

  it('let browsers come anew when one has died, or was not heard, and not when it has said that it goes', async () => {
    const [one, two, three] = [await serverOf('one'), await serverOf('two'), await serverOf('three')]
    await until(() => one.neighbours.has('tab:two') && one.neighbours.has('tab:three'))
    const before = one.anew
    await two.neighbours.stop()
    await until(() => !one.neighbours.has('tab:two'))
    await removed(two.self)
    await one.neighbours.look()
    expect(one.anew).toBe(before)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'parley fleet' and datname = current_database()`.execute(database.db)
    const say = (text: string) => three.neighbours.send({ t: 'push', to: 'desk', rooms: ['a'], args: [text] })
    say('to nobody')
    await until(() => one.anew > before && three.anew > 0)
    // What was missed meanwhile is told of once, not again with the next word.
    say('to all')
    await until(() => JSON.stringify(one.taken).includes('to all'))
    expect([one.anew, three.anew]).toEqual([before + 1, 1])
    await removed(three.self)
    await one.neighbours.look()
    expect(one.anew).toBe(before + 2)
  })
  it('hear what comes after a word that they could not take, and let browsers ask for what it told', async () => {
    const [one, two] = [await serverOf('one'), await serverOf('two')]
    await until(() => one.neighbours.has('tab:two') && two.neighbours.has('tab:one'))
    const before = two.anew
    two.bus.everywhere('configured', () => {
      throw new Error('not this one')
    })
    for (const said of ['first', 'second']) {
      one.bus.emit('configured', { kinds: [] })
      one.neighbours.send({ t: 'push', to: 'desk', rooms: ['a'], args: [said] })
    }
    await until(() => two.taken.length === 2)
    expect(JSON.stringify(two.taken)).toMatch(/first.*second/)
    // Once, however many there are.
    await until(() => two.anew > before)
    expect(two.anew).toBe(before + 1)
  })
})
