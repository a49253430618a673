/** The whole server over a real database, spoken to as browsers do. The media node is real where the test brings one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { createLink } from '../agent/person.service.ts'
import { insertPerson } from '../agent/person.store.ts'
import { type App, createApp } from '../app.ts'
import type { Config } from '../config.ts'
import type { Role } from '../contract/desk.ts'
import type { DeskSession, VisitorSession } from '../contract/http.ts'
import { createLogger } from '../logger.ts'
import { addSite } from '../site/site.service.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { type Client, connectClient } from './client.ts'

export type TestApp = {
  url: string
  config: Config
  db: TestDatabase['db']
  siteKey: string
  visitor(session?: VisitorSession): Promise<Client<'visitor'> & { session: VisitorSession }>
  staff(name: string, role?: Role): Promise<Client<'desk'> & { session: DeskSession & { cookie: string } }>
  /** Another socket of the same person. */
  again(session: DeskSession): Promise<Client<'desk'>>
  /** Another server over the same data, beside this one, for as long as it is not stopped. */
  beside(): Promise<{ url: string; stop(): Promise<void> }>
  /** Stops the server and starts another on the same data, as a restart does. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Presence is written for many at a time, a moment after they come; until then nothing is offered or given to them. */
async function noticed(db: TestDatabase['db'], id: string): Promise<void> {
  const gone = db.selectFrom('person').select('id').where('id', '=', id).where('gone_since', 'is not', null)
  while (await gone.executeTakeFirst()) await delay(5)
}

const secret = 'test-only-'.repeat(5)

const defaults: Omit<Config, 'databaseUrl' | 'dataDir'> = {
  port: 0,
  host: '127.0.0.1',
  publicUrl: 'http://127.0.0.1:1',
  sfuSocket: '/nonexistent/parley-test.sock',
  secrets: { jwtSecret: secret, controlToken: secret },
  trustProxy: 0,
  demo: false,
  logLevel: 'error',
  chatOfferMs: 30_000,
  callOfferMs: 20_000,
  agentGoneMs: 60_000,
  agentGoneInCallMs: 120_000,
  visitorGoneMs: 60_000,
  seatHoldMs: 60_000,
  reopenMs: 86_400_000,
  listeningShown: true,
  chatCapacity: 4,
  pushHosts: ['127.0.0.1'],
  pushText: false,
  transcriber: null,
}

export async function startTestApp(settings: Partial<Config> = {}): Promise<TestApp> {
  const database = await createTestDatabase()
  const dataDir = settings.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'parley-app-')))
  const config: Config = { ...defaults, ...settings, databaseUrl: database.url, dataDir }
  const start = async (more: Partial<Config> = {}): Promise<{ app: App; url: string }> => {
    const app = createApp({ ...config, ...more }, createLogger(config.logLevel))
    const { port } = await app.start()
    return { app, url: `http://127.0.0.1:${port}` }
  }
  let running = await start()
  const site = await addSite(database.db, { name: 'Shop', origins: ['http://127.0.0.1:1'] })
  const clients: { close(): void }[] = []
  const keep = <T extends { close(): void }>(client: T): T => {
    clients.push(client)
    return client
  }
  const post = async <T>(route: string, body: unknown): Promise<T & { cookie: string }> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${running.url}${route}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${route} answered ${response.status}: ${await response.text()}`)
    const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0])
    return { ...((await response.json()) as T), cookie: cookie.join('; ') }
  }
  return {
    get url() {
      return running.url
    },
    config,
    db: database.db,
    siteKey: site.config.key,
    async visitor(known) {
      const session = known ?? (await post<VisitorSession>('/api/visitor/session', { site: site.config.key }))
      const client = keep(await connectClient('visitor', running.url, session.access))
      return Object.assign(client, { session })
    },
    async staff(name, role = 'agent') {
      const id = newId()
      await insertPerson(database.db, { id, login: `${name}-${id}@example.test`, name, role, demo: false })
      const address = await createLink(database.db, { now: () => new Date(), config }, id)
      const link = address.split('#link=')[1]
      const session = await post<DeskSession>('/api/desk/sign-in', { link })
      const client = keep(await connectClient('desk', running.url, session.access))
      await noticed(database.db, id)
      return Object.assign(client, { session })
    },
    async again(session) {
      return keep(await connectClient('desk', running.url, session.access))
    },
    async beside() {
      const { app, url } = await start({ dataDir: path.join(dataDir, 'beside') })
      return { url, stop: () => app.stop() }
    },
    async restart() {
      await running.app.stop()
      running = await start()
    },
    async stop() {
      for (const client of clients) client.close()
      await running.app.stop()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
