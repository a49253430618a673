import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { DeskSession } from '../contract/http.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { listSites } from '../site/site.store.ts'
import { type DemoLink, demoSiteKey, ensureDemo, writeDemoLinks } from './demo.service.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startTestHttp()
})
afterAll(() => http.close())

const linksFile = () => path.join(http.config.dataDir, 'run', 'links.json')
const links = async () => JSON.parse(await readFile(linksFile(), 'utf8')) as DemoLink[]
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

  it('has one shop, however often it is made, and follows our address', async () => {
    const before = (await listSites(http.db)).find((site) => site.config.key === demoSiteKey(http.config))
    await ensureDemo(http.db, { ...http.config, publicUrl: 'https://talk.example' })
    const demo = (await listSites(http.db)).filter((site) => site.config.key === demoSiteKey(http.config))
    expect(demo).toEqual([{ ...before, origins: ['https://talk.example'] }])
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
