import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DeskSession } from '../contract/http.ts'
import { Site as SiteBody } from '../contract/site.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { ownOrigins } from '../site/own-origins.ts'
import { listSiteItems, listSites, type Site, writeSiteItem } from '../site/site.store.ts'
import { inTransaction } from '../storage/database.ts'
import { listDemoPeople, updatePerson } from './person.store.ts'
import { type DemoLink, demoSiteKey, ensureDemo, writeDemoLinks } from './demo.service.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startTestHttp()
})
afterAll(() => http.close())

const linksFile = () => path.join(http.config.dataDir, 'run', 'links.json')
const links = async () => JSON.parse(await readFile(linksFile(), 'utf8')) as DemoLink[]
/** The only one of its key. */
async function demoShop(): Promise<Site | undefined> {
  const all = (await listSites(http.db)).filter((site) => site.config.key === demoSiteKey(http.config))
  expect(all).toHaveLength(1)
  return all[0]
}
const signIn = (url: string) =>
  http.send('/api/desk/sign-in', { method: 'POST', json: { link: url.split('#link=')[1] } })

describe('the demo', () => {
  it('has two agents, a supervisor, a reviewer and an administrator, each with a link for one use', async () => {
    await writeDemoLinks(http.db, http.config)
    expect((await stat(linksFile())).mode & 0o777).toBe(0o600)
    const made = await links()
    expect(made.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'Sara agent',
      'Amir agent',
      'Vera supervisor',
      'Kian reviewer',
      'Dana admin',
    ])
    const url = made[0]?.url ?? ''
    expect((await signIn(url)).status).toBe(200)
    expect((await signIn(url)).status).toBe(401)
  })

  it('has one shop, however often it is made, which our own pages may show wherever we are', async () => {
    const before = await demoShop()
    await ensureDemo(http.db, http.config)
    expect(await demoShop()).toEqual(before)
    await ensureDemo(http.db, { ...http.config, publicUrl: 'https://talk.example' })
    const { origins = [] } = before ?? {}
    const [item] = await listSiteItems(http.db, before?.id)
    expect(await demoShop()).toEqual({ ...before, origins: [...origins, 'https://talk.example'] })
    expect(item?.version).toBe(2)
  })

  it('keeps what has been made of its shop and its people', async () => {
    const shop = await demoShop()
    const [item] = await listSiteItems(http.db, shop?.id)
    const body = { ...item?.body, name: 'Tea house', accent: '#00695c', origins: ['https://tea.example'] }
    await inTransaction(http.db, (trx) => writeSiteItem(trx, shop?.id ?? '', SiteBody.parse(body)))
    const [sara] = await listDemoPeople(http.db)
    const changed = {
      login: 'sara@tea.example',
      name: 'Sara B.',
      role: 'supervisor',
      disabled: true,
    } as const
    await inTransaction(http.db, (trx) => updatePerson(trx, sara?.id ?? '', changed))
    await ensureDemo(http.db, http.config)
    const { config, origins } = (await demoShop()) ?? {}
    expect([config?.name, config?.accent]).toEqual(['Tea house', '#00695c'])
    expect(origins).toEqual(['https://tea.example', ...ownOrigins(http.config)])
    const people = await listDemoPeople(http.db)
    expect(people).toHaveLength(5)
    expect(people.find(({ id }) => id === sara?.id)).toMatchObject(changed)
    await inTransaction(http.db, (trx) => updatePerson(trx, sara?.id ?? '', { ...changed, disabled: false }))
  })

  it('ends for its people once it is none: sessions, tokens and links', async () => {
    await writeDemoLinks(http.db, http.config)
    const [sara, amir] = await links()
    const { access } = (await (await signIn(sara?.url ?? '')).json()) as DeskSession
    const plain = { ...http.config, demo: false }
    await ensureDemo(http.db, plain)
    await writeDemoLinks(http.db, plain)
    expect((await http.send('/api/desk/people', { token: access })).status).toBe(401)
    expect((await signIn(amir?.url ?? '')).status).toBe(401)
    await expect(stat(linksFile())).rejects.toThrow('ENOENT')
  })
})

it.each([true, false])('the desk is told of the shop as it is there: %s', async (demo) => {
  const other = await startTestHttp({ config: { demo } })
  try {
    const { cookies } = await other.staff('agent')
    const cookie = `parley_session=${cookies.get('parley_session') ?? ''}`
    const answer = await other.send('/api/desk/session', { method: 'POST', cookie })
    expect(DeskSession.parse(await answer.json()).demo).toBe(demo)
    expect((await other.send('/demo')).status).toBe(demo ? 200 : 404)
  } finally {
    await other.close()
  }
})
