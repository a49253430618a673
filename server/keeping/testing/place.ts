/** A PostgreSQL of one's own with its whole data folder, in which people are planted, removed and looked for. */
import path from 'node:path'
import { v7 as newId } from 'uuid'
import { startTestPostgres } from '../../../scripts/setup/test-database.ts'
import { insertPerson } from '../../agent/person.store.ts'
import { createBus } from '../../bus.ts'
import type { StaffCaller } from '../../caller/caller.ts'
import { createRecordings } from '../../recording/recordings.ts'
import { addSite } from '../../site/site.service.ts'
import { openDatabase } from '../../storage/database.ts'
import { migrateUp } from '../../storage/migrate.ts'
import { askErasure } from '../job.service.ts'
import { listJobs } from '../job.store.ts'
import { plant } from './plant.ts'
import { scanFolder } from './scan.ts'

export type Place = Awaited<ReturnType<typeof startPlace>>

export async function startPlace() {
  const postgres = await startTestPostgres(process.env)
  const db = openDatabase(postgres.url, () => undefined)
  await migrateUp(db)
  const personId = newId()
  await insertPerson(db, { id: personId, login: 'root', name: 'Root', role: 'admin', demo: false })
  const admin: StaffCaller = { kind: 'staff', personId, name: 'Root', role: 'admin', queues: [] }
  const site = await addSite(db, { name: 'Shop', origins: ['https://shop.example'] })
  const ground = { db, dataDir: path.join(postgres.folder, 'data'), siteId: site.id, personId }
  const config = { dataDir: ground.dataDir }
  const deps = { db, bus: createBus(), config, recordings: createRecordings({ db, config }) }
  return {
    ...{ postgres, db, admin, ground, deps },
    /** `endedAt`: ms; null: it goes on. */
    plant: (name: string, endedAt?: number | null) => plant(ground, name, endedAt),
    async ask(...visitors: string[]): Promise<string> {
      const id = newId()
      await askErasure(db, admin, { id, visitors, reason: 'They asked for it' })
      return id
    },
    jobOf: async (id: string) => (await listJobs(db)).find((job) => job.id === id),
    /** What of the words is anywhere in the bytes. */
    found: (words: readonly string[]) =>
      [...scanFolder(postgres.folder, words)].flatMap(([word, files]) => (files.length > 0 ? [word] : [])),
    async stop() {
      await db.destroy()
      await postgres.stop()
    },
  }
}
