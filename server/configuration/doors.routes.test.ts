/** Each door of the administration, asked by each role and by nobody. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { configurationBodies, type ConfigurationKind } from '../contract/configuration.ts'
import { Role } from '../contract/desk.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'

let http: TestHttp
const tokens = new Map<Role, string>()
beforeAll(async () => {
  http = await startTestHttp({ config: { demo: false } })
  for (const role of Role.options) tokens.set(role, (await http.staff(role)).access)
})
afterAll(() => http.close())

const all: Role[] = ['agent', 'supervisor', 'reviewer', 'admin']
const planners: Role[] = ['supervisor', 'admin']
const admins: Role[] = ['admin']

const change: Record<ConfigurationKind, Role[]> = {
  ...{ team: planners, skill: planners, profile: planners, site: planners, cannedReply: planners },
  scorecard: planners,
  samplingRule: planners,
  ...{ hours: admins, queue: admins, awayReason: admins, disposition: admins, form: admins },
  mask: admins,
  keepingRule: admins,
  accessRule: admins,
}
const closed = new Set<ConfigurationKind>(['profile', 'site', 'scorecard', 'samplingRule'])
const secret = new Set<ConfigurationKind>(['mask', 'keepingRule', 'accessRule'])
const read = (kind: ConfigurationKind): Role[] =>
  secret.has(kind) ? admins : closed.has(kind) ? planners : all

type Door = [method: string, path: string, roles: Role[]]
const id = newId()
const kinds = Object.keys(configurationBodies) as ConfigurationKind[]
const doors: Door[] = [
  ...kinds.flatMap((kind): Door[] => [
    ['GET', `/api/desk/configuration/${kind}`, read(kind)],
    ['PUT', `/api/desk/configuration/${kind}/${id}`, change[kind]],
    ['DELETE', `/api/desk/configuration/${kind}/${id}?version=1`, change[kind]],
  ]),
  ['GET', `/api/desk/scorecards/${id}/versions`, planners],
  ['GET', `/api/desk/sampling/${id}/runs`, planners],
  ['POST', '/api/desk/sampling/preview', planners],
  ['POST', `/api/desk/scorecards/${id}/publish`, planners],
  ['GET', '/api/desk/configuration-file', admins],
  ['POST', '/api/desk/configuration-file', admins],
  ['GET', '/api/desk/audit', planners],
  ['GET', '/api/desk/first-steps', admins],
  ['POST', '/api/desk/first-steps', admins],
  ['POST', '/api/desk/masking/try', admins],
  ['GET', '/api/desk/people', planners],
  ['PUT', `/api/desk/people/${id}`, planners],
  ['POST', `/api/desk/people/${id}/link`, planners],
  ['GET', '/api/desk/sites', planners],
  ['POST', `/api/desk/sites/${id}/secret`, planners],
  ['PUT', `/api/desk/sites/${id}/hold-audio`, planners],
  ['DELETE', `/api/desk/sites/${id}/hold-audio`, planners],
]

describe('a door of the administration', () => {
  // Nothing valid is sent: whoever may ask is told so, and whoever may not learns nothing of what there is.
  it.each(doors)('%s %s', async (method, path, roles) => {
    const ask = (token?: string) =>
      http.send(path, {
        ...{ method, ...(token === undefined ? {} : { token }) },
        ...(method === 'POST' || method === 'PUT' ? { json: { version: 0, body: null } } : {}),
      })
    const refused: Role[] = []
    for (const role of Role.options) {
      const { status } = await ask(tokens.get(role))
      if (status === 403) refused.push(role)
      else expect([200, 400, 404]).toContain(status)
    }
    expect(refused).toEqual(Role.options.filter((role) => !roles.includes(role)))
    expect((await ask()).status).toBe(401)
  })
})
