import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { v7 as id } from 'uuid'
import type { DB } from '../storage/database.generated.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { lookAt, outlookOf } from './outlook.service.ts'
import { shareLooks } from './shared-look.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const hello = () => ({ conversationId: null, clientId: id(), text: 'Hello', attachments: [] })

it('of all who ask at once costs the floor once or twice, and each is told their own place', async () => {
  const visitors = await Promise.all(Array.from({ length: 20 }, () => app.visitor()))
  for (const visitor of visitors) await visitor.request('message.send', hello())
  const { id: siteId } = await app.db.selectFrom('site').select('id').executeTakeFirstOrThrow()
  const asked: string[] = []
  const dialect = new PostgresDialect({
    pool: new pg.Pool({ connectionString: app.config.databaseUrl, max: 16 }),
  })
  const db = new Kysely<DB>({ dialect, log: ({ query }) => void asked.push(query.sql) })
  const ending = new AbortController()
  const look = shareLooks(() => lookAt({ db, config: app.config }), ending.signal)
  const outlooks = await Promise.all(
    visitors.map(({ session }) =>
      outlookOf({ db, look }, { kind: 'visitor', visitorId: session.visitor.id, siteId, locale: 'en' }),
    ),
  )
  expect(outlooks.map(({ place }) => place?.position)).toEqual(visitors.map((_, index) => index + 1))
  const readings = asked.filter((one) => one.includes('waiting_since') && one.includes('queue_rank'))
  expect(readings.length).toBeGreaterThan(0)
  expect(readings.length).toBeLessThanOrEqual(2)
  ending.abort()
  await db.destroy()
})

it('is never older than the question', async () => {
  let truth = 'before'
  const taken: { resolve(): void }[] = []
  const ending = new AbortController()
  const take = async () => {
    const seen = truth
    const { promise, resolve } = Promise.withResolvers<void>()
    taken.push({ resolve })
    await promise
    return seen
  }
  const look = shareLooks(take, ending.signal, 1)
  const first = look()
  await Promise.resolve()
  truth = 'after'
  const second = Promise.all([look(), look()])
  taken[0]?.resolve()
  expect(await first).toBe('before')
  while (taken.length < 2) await new Promise((resolve) => setImmediate(resolve))
  taken[1]?.resolve()
  expect(await second).toEqual(['after', 'after'])
  expect(taken).toHaveLength(2)
  ending.abort()
  await expect(look()).rejects.toMatchObject({ code: 'unavailable' })
})
