import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestHttp, type TestHttp } from './testing.ts'
import { sweepHttp } from './sweep.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startTestHttp()
})
afterAll(() => http.close())

it('removes sessions and links that have long been over, and nothing that lives', async () => {
  const visitor = await http.visitor()
  await http.visitor(visitor.renewal)
  await http.staff('agent')
  const count = async () => {
    const rows = [
      await http.db.selectFrom('visitor_session').select('id').execute(),
      await http.db.selectFrom('person_session').select('id').execute(),
      await http.db.selectFrom('sign_in_link').select('token_hash').execute(),
    ]
    return rows.map((found) => found.length)
  }
  const after = async (days: number) => {
    await sweepHttp(http.db, { config: http.config, now: () => new Date(Date.now() + days * 86_400_000) })
    return count()
  }
  expect(await after(0)).toEqual([2, 1, 1])
  expect(await after(8)).toEqual([2, 0, 0])
  expect(await after(38)).toEqual([0, 0, 0])
})
