import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createLogger } from '../logger.ts'
import { startTestHttp, type TestHttp } from './testing.ts'

let http: TestHttp
let lines = ''
beforeAll(async () => {
  const log = createLogger('debug', 'test', { write: (line) => void (lines += line) })
  http = await startTestHttp({ log })
})
afterAll(() => http.close())

it('tells each request and holds no secret, text or name', async () => {
  const { access, renewal } = await http.visitor()
  const { access: desk, cookies } = await http.staff('reviewer')
  const secrets = [
    access,
    renewal,
    desk,
    ...cookies.values(),
    http.site.secret,
    http.config.secrets.jwtSecret,
  ]
  const cookie = `parley_session=${cookies.get('parley_session')}`
  await http.send('/api/desk/session', { method: 'POST', cookie })
  await http.send('/api/visitor/attachments?name=diagnosis.txt', {
    method: 'POST',
    token: access,
    body: 'ill',
  })
  await http.send(`/api/visitor/session?renewal=${renewal}`, { method: 'POST', json: { site: 'x', renewal } })
  await http.send('/api/desk/sign-in', { method: 'POST', json: { login: 'ana', password: 'hunter2hunter2' } })
  await http.db.schema.dropTable('audit_content').execute()
  await http.db.schema.dropTable('site').cascade().execute()
  await http.send(`/widget/config?site=${http.site.config.key}&q=diagnosis`)
  for (const secret of [...secrets, 'hunter2', 'diagnosis']) expect(lines).not.toContain(secret)
  expect(lines).toContain('"path":"/api/visitor/attachments","status":201')
  expect(lines).toContain('request failed')
})

it('removes secrets from what is logged by mistake', () => {
  let line = ''
  const log = createLogger('info', 'test', { write: (text) => void (line = text) })
  const detail = Object.assign(new Error('broken'), { detail: 'Key (login)=(ana) exists' })
  log.info(
    { err: detail, password: 'p-1', session: { renewal: 'r-1' }, req: { headers: { cookie: 'c-1' } } },
    'x',
  )
  expect(line).toContain('broken')
  for (const secret of ['p-1', 'r-1', 'c-1', 'ana']) expect(line).not.toContain(secret)
})
