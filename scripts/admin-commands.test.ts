import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { listSites } from '../server/site/site.store.ts'
import { createTestDatabase, type TestDatabase } from '../server/storage/testing.ts'
import { runAdmin } from './admin-commands.ts'

let test: TestDatabase
let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-admin-'))
  test = await createTestDatabase()
})
afterAll(async () => {
  await test.drop()
  await rm(dataDir, { recursive: true })
})

async function run(...words: string[]): Promise<string> {
  const lines: string[] = []
  const config = { publicUrl: 'https://talk.example', dataDir }
  await runAdmin({ db: test.db, config, now: () => new Date(), tell: (line) => lines.push(line) }, words)
  return lines.join('\n')
}

describe('npm run admin', () => {
  it('adds a person with a link, and makes another link', async () => {
    const link = /https:\/\/talk\.example\/desk\/welcome#link=[\w-]{43}/
    expect(await run('add-person', 'Ana@shop.example', 'Ana', 'agent')).toMatch(link)
    expect(await run('link', 'ana@SHOP.example')).toMatch(link)
    await expect(run('add-person', 'ana@shop.example', 'Ana', 'agent')).rejects.toThrow('taken')
    await expect(run('add-person', 'bo@shop.example', 'Bo', 'king')).rejects.toThrow('ROLE is one of agent')
    await expect(run('link', 'nobody')).rejects.toThrow('Nobody')
  })

  it('adds a site with its snippet, and lists all without secrets', async () => {
    const told = await run('add-site', 'My shop', 'https://shop.example')
    const secret = told.split('\n').at(-1)?.trim() ?? ''
    const listed = await run('list')
    expect(listed).toContain('Ana (ana@shop.example), agent, no password yet')
    expect(listed).toMatch(
      /<script async src="https:\/\/talk\.example\/widget\.js" data-site="[\w-]+"><\/script>/,
    )
    expect(listed).not.toContain(secret)
    await expect(run('add-site', 'My shop', 'shop.example')).rejects.toThrow('ORIGIN is like https://')
  })

  it('lets people on hold hear a sound, and nothing else, until it is silence again', async () => {
    const [site] = await listSites(test.db)
    const key = site?.config.key ?? ''
    const [sound, text] = [path.join(dataDir, 'a sound'), path.join(dataDir, 'a text')]
    await writeFile(sound, Buffer.from('524946462400000057415645666d742010000000', 'hex'))
    await writeFile(text, 'words')
    await run('hold-audio', key, sound)
    const heard = (await listSites(test.db))[0]?.config.holdAudio ?? ''
    expect(heard).toMatch(/^\/widget\/hold-audio\/[0-9a-f]{32}\.wav$/)
    expect(await readFile(path.join(dataDir, 'hold-audio', path.basename(heard)))).toEqual(
      await readFile(sound),
    )
    await expect(run('hold-audio', key, text)).rejects.toThrow('sound')
    await expect(run('hold-audio', key, path.join(dataDir, 'nothing'))).rejects.toThrow('no file')
    await expect(run('hold-audio', 'nobody', sound)).rejects.toThrow('site')
    await run('hold-audio', key, 'silence')
    expect((await listSites(test.db))[0]?.config.holdAudio).toBeNull()
  })

  it.each([[[]], [['list', 'x']], [['add-site', 'x']], [['drop']]])(
    'says how it is used for %j',
    async (words) => {
      await expect(run(...words)).rejects.toThrow('npm run admin')
    },
  )

  it('lets a cookie carry visitors over a domain that an origin of the site lies in, and no other', async () => {
    const told = await run('add-site', 'Cookies', 'https://a.shop.example')
    const key = /data-site="([\w-]+)"/.exec(told)?.[1] ?? ''
    await run('cookie-domain', key, 'Shop.example')
    const domain = async () => (await listSites(test.db)).find(({ config }) => config.key === key)?.config
    expect(await domain()).toMatchObject({ cookieDomain: 'shop.example' })
    for (const bad of [
      'example',
      'op.example',
      'other.example',
      '10.0.0.1',
      'localhost',
      '.shop.example',
      '',
    ])
      await expect(run('cookie-domain', key, bad)).rejects.toThrow('cookieDomain')
    await run('cookie-domain', key, 'none')
    expect(await domain()).toMatchObject({ cookieDomain: null })
  })
})
