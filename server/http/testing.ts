/** The HTTP half on a real port over a real database, for tests. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createLink } from '../agent/person.service.ts'
import { ensureDemo } from '../agent/demo.service.ts'
import { createTokens, type Tokens } from '../auth/token.ts'
import { type Bus, createBus } from '../bus.ts'
import type { Config } from '../config.ts'
import { createRecordings } from '../recording/recordings.ts'
import type { Role } from '../contract/desk.ts'
import type { DeskSession, VisitorSession } from '../contract/http.ts'
import { createLogger, type Logger } from '../logger.ts'
import { addSite } from '../site/site.service.ts'
import { insertPerson } from '../agent/person.store.ts'
import type { Site } from '../site/site.store.ts'
import type { Database } from '../storage/database.ts'
import { createTestDatabase } from '../storage/testing.ts'
import { v7 as newId } from 'uuid'
import { createHttp } from './create-http.ts'
import { createWebServer } from './web-server.ts'
import type { AuthEvents } from '../auth/auth-events.ts'
import type { Rates } from '../auth/rate-limit.ts'

export type TestHttp = {
  url: string
  db: Database
  bus: Bus
  config: Config
  tokens: Tokens
  site: Site
  clientDir: string
  told: {
    signedOut: Parameters<AuthEvents['onSignedOut']>[]
    identified: Parameters<AuthEvents['onIdentified']>[0][]
    revoked: string[]
  }
  /** Moves the server's clock. */
  advance(ms: number): void
  send(path: string, init?: Init): Promise<Response>
  visitor(renewal?: string): Promise<VisitorSession>
  staff(role: Role): Promise<DeskSession & { cookies: Map<string, string> }>
  close(): Promise<void>
}

/** `json` becomes the body; `token` the Authorization header; `cookie` the Cookie header. */
type Init = RequestInit & { json?: unknown; token?: string; cookie?: string }

const secrets = { jwtSecret: 'test-only-'.repeat(5), controlToken: 'test-only-'.repeat(5) }

function testConfig(port: number, dataDir: string): Config {
  return {
    ...{
      port,
      host: '127.0.0.1',
      publicUrl: `http://127.0.0.1:${port}`,
      dataDir,
      databaseUrl: '',
      sfuSocket: '',
    },
    ...{ secrets, trustProxy: 0, demo: true, logLevel: 'silent' },
    ...{ chatOfferMs: 30_000, callOfferMs: 20_000, agentGoneMs: 60_000, agentGoneInCallMs: 120_000 },
    visitorGoneMs: 60_000,
    ...{ seatHoldMs: 60_000, reopenMs: 86_400_000, chatCapacity: 4, listeningShown: true },
    ...{ pushHosts: ['127.0.0.1'], pushText: false, transcriber: null },
  }
}

export async function startTestHttp(
  options: { rates?: Partial<Rates>; config?: Partial<Config>; log?: Logger } = {},
): Promise<TestHttp> {
  const { db, drop } = await createTestDatabase()
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-http-'))
  const clientDir = path.join(dataDir, 'client')
  await writeClient(clientDir)
  const server = createWebServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const port = (server.address() as AddressInfo).port
  const config = { ...testConfig(port, dataDir), ...options.config }
  const told: TestHttp['told'] = { signedOut: [], identified: [], revoked: [] }
  let shift = 0
  const now = () => new Date(Date.now() + shift)
  await ensureDemo(db, config)
  const bus = createBus()
  const site = await addSite(db, { name: 'Shop', origins: ['https://shop.example'] })
  const app = createHttp({
    ...{ db, bus, config, log: options.log ?? createLogger('silent'), now, clientDir },
    recordings: createRecordings({ db, config }),
    rates: options.rates ?? {},
    pushPublicKey: 'test-only',
    ready: async () => ({ database: true }),
    onSignedOut: (...args) => told.signedOut.push(args),
    onIdentified: (change) => told.identified.push(change),
    onVisitorRevoked: (sessionId) => told.revoked.push(sessionId),
  })
  server.on('request', app)
  const url = `http://127.0.0.1:${port}`
  const send = (where: string, init: Init = {}) => fetch(`${url}${where}`, toInit(init))
  return {
    ...{ url, db, bus, config, site, clientDir, told, send },
    tokens: createTokens(secrets.jwtSecret, () => now().getTime()),
    advance: (ms) => {
      shift += ms
    },
    async visitor(renewal) {
      const json = { site: site.config.key, ...(renewal ? { renewal } : {}) }
      return (await send('/api/visitor/session', { method: 'POST', json })).json() as Promise<VisitorSession>
    },
    async staff(role) {
      const person = await insertPerson(db, {
        id: newId(),
        login: newId(),
        name: `The ${role}`,
        role,
        demo: false,
      })
      const link = (await createLink(db, { now, config }, person?.id ?? '')).split('#link=')[1]
      const answer = await send('/api/desk/sign-in', { method: 'POST', json: { link } })
      return { ...((await answer.json()) as DeskSession), cookies: cookiesOf(answer) }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function toInit({ json, token, cookie, headers, ...init }: Init): RequestInit {
  const all = new Headers(headers)
  if (json !== undefined) all.set('content-type', 'application/json')
  if (token !== undefined) all.set('authorization', `Bearer ${token}`)
  if (cookie !== undefined) all.set('cookie', cookie)
  return {
    redirect: 'manual',
    ...init,
    headers: all,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  }
}

/** Name → value of the cookies that an answer sets; `name path` too, since one name may have several paths. */
export function cookiesOf(answer: Response): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of answer.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const [name = '', value = ''] = pair.split('=', 2)
    found.set(name, value)
  }
  return found
}

async function writeClient(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'assets'), { recursive: true })
  await mkdir(path.join(folder, 'demo'), { recursive: true })
  await writeFile(path.join(folder, 'widget.js'), '(()=>{})()')
  await writeFile(path.join(folder, 'parley-sw.js'), '(()=>{})()')
  await writeFile(path.join(folder, 'notify.html'), '<!doctype html><title>notify</title>')
  await writeFile(path.join(folder, 'assets', 'a-1234.js'), 'export {}')
  await writeFile(path.join(folder, 'panel.html'), '<!doctype html><title>panel</title>')
  await writeFile(path.join(folder, 'desk.html'), '<!doctype html><title>desk</title>')
  await writeFile(
    path.join(folder, 'demo', 'index.html'),
    '<!doctype html><script data-site="{{SITE_KEY}}"></script>',
  )
}
