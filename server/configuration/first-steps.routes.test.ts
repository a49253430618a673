import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { FirstSteps, FirstStepsInput } from '../contract/first-steps.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { queueBody } from './testing.ts'

let http: TestHttp
let token: string
beforeAll(async () => {
  http = await startTestHttp({ config: { demo: false } })
  await http.db.deleteFrom('site').execute()
  token = (await http.staff('admin')).access
})
afterAll(() => http.close())

const path = '/api/desk/first-steps'
const ask = async (json?: FirstStepsInput) =>
  (await (await http.send(path, { token, ...(json ? { method: 'POST', json } : {}) })).json()) as FirstSteps
const brief = ({ offered, steps }: FirstSteps) =>
  `${offered} ${steps.map(({ name, done, skipped }) => name + (done ? '+' : skipped ? '-' : '')).join(' ')}`

it('are for administrators', async () => {
  for (const role of ['agent', 'reviewer', 'supervisor'] as const) {
    const { access } = await http.staff(role)
    expect((await http.send(path, { token: access })).status).toBe(403)
    const answer = await http.send(path, { method: 'POST', token: access, json: { finished: true } })
    expect(answer.status).toBe(403)
  }
  await http.db.deleteFrom('person').where('role', '<>', 'admin').execute()
  expect((await http.send(path, { method: 'POST', token, json: { skip: 'everything' } })).status).toBe(400)
})

it('follow what there is, remember what was put off, and end when one says so', async () => {
  await http.db
    .insertInto('installation')
    .values({ id: newId() })
    .onConflict((clash) => clash.column('singleton').doNothing())
    .execute()
  expect(brief(await ask())).toBe('true site queue people widget')
  expect(brief(await ask({ skip: 'queue', skipped: true }))).toBe('true site queue- people widget')
  await http.staff('agent')
  expect(brief(await ask())).toBe('true site queue- people+ widget')
  expect(brief(await ask({ skip: 'queue', skipped: false }))).toBe('true site queue people+ widget')
  const queue = { method: 'PUT', token, json: { version: 0, body: queueBody() } }
  await http.send(`/api/desk/configuration/queue/${newId()}`, queue)
  expect(brief(await ask())).toBe('true site queue+ people+ widget')
  expect(brief(await ask({ finished: true }))).toBe('false site queue+ people+ widget')
})

it('are not pressed upon whoever tries the demo', async () => {
  const demo = await startTestHttp()
  try {
    const { access } = await demo.staff('admin')
    const answer = (await (await demo.send(path, { token: access })).json()) as FirstSteps
    expect(answer.offered).toBe(false)
  } finally {
    await demo.close()
  }
})
