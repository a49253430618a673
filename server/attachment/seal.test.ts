/** Files that lie in clear are sealed while everything goes on, and no moment of dying loses one. */
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { smallDisk } from '../../sfu/testing/small-disk.ts'
import { dyingDatabase } from '../keeping/testing/dying.ts'
import { sweepReceived, sweepStrays } from '../keeping/stray.service.ts'
import { createLogger } from '../logger.ts'
import { addSite } from '../site/site.service.ts'
import { installationId } from '../storage/installation.ts'
import { withLock } from '../storage/lock.ts'
import { createTestDatabase, type TestDatabase } from '../storage/testing.ts'
import { openAttachment, upload } from './attachment.service.ts'
import { removeFiles } from './files.ts'
import { sealAttachments } from './seal.service.ts'
import { sweepAttachmentFiles } from './stray.service.ts'

let test: TestDatabase
let visitorId: string
let dataDir: string
const folders: string[] = []
const log = createLogger('silent')
const d = () => ({ db: test.db, config: { dataDir }, log })
beforeAll(async () => {
  test = await createTestDatabase()
  const { id: siteId } = await addSite(test.db, { name: 'Shop', origins: ['https://shop.example'] })
  visitorId = newId()
  await test.db.insertInto('visitor').values({ id: visitorId, site_id: siteId }).execute()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.deleteFrom('attachment').execute()
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-files-'))
  folders.push(dataDir)
  await mkdir(path.join(dataDir, 'attachments'))
})
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

const lies = async () => (await readdir(path.join(dataDir, 'attachments'))).sort()
const place = (name: string) => path.join(dataDir, 'attachments', name)
const long = new Date(Date.now() - 86_400_000)
/** Names of the attachments that were set aside. */
async function aside(): Promise<string[]> {
  const names = await readdir(path.join(dataDir, 'strays'), { recursive: true, withFileTypes: true })
  return names.flatMap((one) => (one.isFile() ? [one.name] : [])).sort()
}

/** As it lay before files were sealed. */
async function sent(content: string | Buffer, preview?: string): Promise<string> {
  const id = newId()
  await writeFile(place(id), content)
  if (preview !== undefined) await writeFile(place(`${id}.webp`), preview)
  await test.db
    .insertInto('attachment')
    .values({
      ...{ id, visitor_id: visitorId, name: 'a', type: 'text/plain', bytes: content.length },
      preview: preview !== undefined,
    })
    .execute()
  return id
}
async function read(id: string, part: 'file' | 'preview' = 'file', from?: number, to?: number) {
  const file = await openAttachment(d(), id, part)
  return file && Buffer.concat(await file.read(from, to).toArray()).toString()
}
const given = (content: string | Buffer) => ({
  ...{ name: 'a.txt', body: Readable.from([Buffer.from(content)]), declared: null },
})
const sends = (content: string | Buffer) =>
  upload(test.db, { ...d(), now: () => new Date() }, { kind: 'visitor', id: visitorId }, given(content))

it('what is sent lies sealed from the first moment, and is read whole or in part', async () => {
  const content = 'canary '.repeat(9_000)
  const { id, bytes } = await sends(content)
  expect(await lies()).toEqual([`${id}.sealed`])
  expect((await readFile(place(`${id}.sealed`))).includes('canary')).toBe(false)
  expect((await openAttachment(d(), id, 'file'))?.size).toBe(bytes)
  expect([await read(id), await read(id, 'file', 16_380, 16_390), await read(id, 'preview')]).toEqual([
    ...[content, content.slice(16_380, 16_390), null],
  ])
  const other = await sends('other')
  await writeFile(place(`${id}.sealed`), await readFile(place(`${other.id}.sealed`)))
  await expect(read(id)).rejects.toThrow()
})

it('an upload whose row cannot be stored leaves nothing', async () => {
  await expect(
    upload(test.db, { ...d(), now: () => new Date() }, { kind: 'visitor', id: newId() }, given('a')),
  ).rejects.toThrow()
  expect(await lies()).toEqual([])
})

it('what lay in clear is sealed, and whoever had opened it reads it to the end', async () => {
  const [id, bare] = [await sent('before', 'small'), await sent('no picture')]
  const missing = await sent('elsewhere')
  await rm(place(missing))
  const [open, preview] = [await openAttachment(d(), id, 'file'), await openAttachment(d(), id, 'preview')]
  expect(await read(id)).toBe('before')
  expect(await sealAttachments(d())).toBe(2)
  expect(await lies()).toEqual([`${bare}.sealed`, `${id}.sealed`, `${id}.webp.sealed`].sort())
  const texts = await Promise.all([open, preview].map(async (one) => (await one?.read().toArray())?.join('')))
  expect(texts).toEqual(['before', 'small'])
  expect([await read(id), await read(id, 'preview'), await read(bare), await read(missing)]).toEqual([
    ...['before', 'small', 'no picture', null],
  ])
  expect(await sealAttachments(d())).toBe(0)
})

it('one that cannot be read keeps no other from being sealed, and is tried again later', async () => {
  const [bad, good] = [await sent('x'), await sent('good')]
  await rm(place(bad))
  await mkdir(place(bad))
  const again = new Map<string, number>()
  expect(await sealAttachments(d(), () => false, again)).toBe(1)
  expect([...again.keys()]).toEqual([bad])
  expect(await read(good)).toBe('good')
  await rm(place(bad), { recursive: true })
  await writeFile(place(bad), 'x')
  expect(await sealAttachments(d(), () => false, again)).toBe(0)
  expect(await sealAttachments(d())).toBe(1)
})

it('killed at any statement it goes on, and nothing is left in clear or lost', async () => {
  let deaths = 0
  for (let after = 0; ; after++) {
    const id = await sent('before', 'small')
    const dying = dyingDatabase(test.url, after)
    const outcome = await sealAttachments({ ...d(), db: dying.db }).catch(() => 'died')
    await dying.close()
    expect([await read(id), await read(id, 'preview')]).toEqual(['before', 'small'])
    // The dead one's lock goes with its connection.
    while (!(await withLock(test.db, 727_314, async () => undefined)));
    await sealAttachments(d())
    await sweepAttachmentFiles(d(), Date.now() + 3_600_000)
    expect([await read(id), await read(id, 'preview')]).toEqual(['before', 'small'])
    expect(await lies()).toEqual([`${id}.sealed`, `${id}.webp.sealed`])
    await test.db.deleteFrom('attachment').execute()
    for (const name of await lies()) await rm(place(name))
    if (outcome !== 'died') break
    deaths++
  }
  expect(deaths).toBeGreaterThan(5)
})

it('one that is erased while it is sealed leaves nothing', async () => {
  const id = await sent('before')
  const erased = test.db.deleteFrom('attachment').where('id', '=', id)
  const open = await test.db.startTransaction().execute()
  await open.deleteFrom('attachment').where('id', '=', id).execute()
  const sealing = sealAttachments(d())
  await open.commit().execute()
  expect([await sealing, await read(id)]).toEqual([0, null])
  expect((await erased.executeTakeFirstOrThrow()).numDeletedRows).toBe(0n)
})

it('the sweep takes files that no row knows and halves of the dead, once they are old, and nothing else', async () => {
  const kept = await sent('kept', 'picture')
  await sealAttachments(d())
  const clear = await sent('in clear', 'small')
  const [dead, stray, living] = [newId(), newId(), newId()]
  const strays = [`${stray}.sealed`, `${stray}.webp.sealed`, `${stray}.webp`, stray]
  const names = [`${dead}.part`, ...strays]
  // Left in clear by a death after the row said that it is sealed.
  const left = [kept, `${kept}.webp`, `${kept}.part`]
  const others = ['README', `${living}.part`, `${living}.sealed`]
  for (const name of [...names, ...left, ...others]) await writeFile(place(name), 'x')
  const sealed = [`${kept}.sealed`, `${kept}.webp.sealed`]
  const before = new Date(Date.now() - 20 * 60_000)
  const old = [...names, ...left, 'README', clear, `${clear}.webp`, ...sealed]
  for (const name of old) await utimes(place(name), before, before)
  expect(await sweepAttachmentFiles(d())).toBe(names.length + left.length)
  expect(await lies()).toEqual([...others, clear, `${clear}.webp`, ...sealed].sort())
  expect([await read(kept), await read(kept, 'preview'), await read(clear)]).toEqual([
    ...['kept', 'picture', 'in clear'],
  ])
  // Nothing that was in clear beside a row or received by half is kept for later.
  expect(await aside()).toEqual([...strays].sort())
  await removeFiles({ dataDir }, stray)
  expect(await aside()).toEqual([])
})

it('what lies in clear alone, as in a folder from before its row, is read, kept and sealed anew', async () => {
  const [missing, torn] = [await sent('missing', 'small'), await sent('torn')]
  const mixed = await sent('mixed', 'small')
  await sealAttachments(d())
  const clear = { [missing]: 'missing', [`${missing}.webp`]: 'small', [torn]: 'torn', [mixed]: 'mixed' }
  for (const [name, content] of Object.entries(clear)) await writeFile(place(name), content)
  for (const name of [missing, `${missing}.webp`, mixed]) await rm(place(`${name}.sealed`))
  await truncate(place(`${torn}.sealed`), 40)
  const all = () =>
    Promise.all([read(missing), read(missing, 'preview'), read(mixed), read(mixed, 'preview')])
  const said = ['missing', 'small', 'mixed', 'small']
  expect(await all()).toEqual(said)
  const later = Date.now() + 3_600_000
  expect(await sweepAttachmentFiles(d(), later)).toBe(0)
  expect(await all()).toEqual(said)
  expect(await sealAttachments(d())).toBe(2)
  await sweepAttachmentFiles(d(), later)
  expect([...(await all()), await read(torn)]).toEqual([...said, 'torn'])
  // The key of the last one's picture is all that opens it.
  const sealed = [missing, `${missing}.webp`, torn, `${mixed}.webp`].map((name) => `${name}.sealed`)
  expect(await lies()).toEqual([...sealed, mixed].sort())
})

it('on a full disk it ends at the first one, with nothing left of it and nothing open', async () => {
  const disk = await smallDisk(8)
  if (disk === null) return
  try {
    dataDir = disk.folder
    await mkdir(path.join(dataDir, 'attachments'))
    const [one, other] = [await sent(randomBytes(1_000_000)), await sent('small')]
    const again = new Map<string, number>()
    for (const left of [0.5, 0]) {
      await disk.fill(left)
      await expect(sealAttachments(d(), () => false, again)).rejects.toThrow('ENOSPC')
      expect([await lies(), again.size]).toEqual([[one, other].sort(), 0])
      await disk.free()
    }
    expect(await sealAttachments(d(), () => false, again)).toBe(2)
  } finally {
    // Nothing there is open any more, or it could not be unmounted.
    await disk.remove()
  }
}, 60_000)

it('a start with another database by mistake removes nothing', async () => {
  const { id } = await sends('mine')
  const half = place(`${newId()}.part`)
  await writeFile(half, 'in clear')
  for (const file of [place(`${id}.sealed`), half]) await utimes(file, long, long)
  const strays = [path.join(dataDir, 'vault', newId()), path.join(dataDir, 'recordings', newId())]
  for (const folder of strays) {
    await mkdir(folder, { recursive: true })
    await utimes(folder, new Date(0), new Date(0))
  }
  const lieThere = () =>
    Promise.all(
      [half, ...strays].map((file) =>
        access(file).then(
          () => true,
          () => false,
        ),
      ),
    )
  const mark = path.join(dataDir, 'installation')
  const other = await createTestDatabase()
  const others = { ...d(), db: other.db }
  const said: string[] = []
  const speaking = createLogger('warn', 'test', { write: (line: string) => void said.push(line) })
  // Before there were marks, or in a backup from then: no database is the first one, unless it knows something.
  await sweepStrays({ ...others, log: speaking })
  await sweepReceived(others)
  expect([await read(id), await lieThere()]).toEqual(['mine', [true, true, true]])
  expect(said).toEqual([expect.stringContaining('has no mark')])
  await expect(stat(mark)).rejects.toThrow('ENOENT')
  await sweepReceived(d())
  expect(await lieThere()).toEqual([false, true, true])
  expect((await stat(mark)).mode & 0o777).toBe(0o600)
  // Now it has one.
  await sweepStrays(others)
  expect([await read(id), await lieThere()]).toEqual(['mine', [false, true, true]])
  await other.drop()
  await sweepStrays(d())
  expect([await read(id), await lieThere()]).toEqual(['mine', [false, false, false]])
  const moments = await readdir(path.join(dataDir, 'strays'))
  const kinds = await Promise.all(moments.map((moment) => readdir(path.join(dataDir, 'strays', moment))))
  expect(kinds.flat().sort()).toEqual(['recordings', 'vault'])
})

it('a folder in which nothing lies yet is of the first that asks', async () => {
  await sweepStrays(d())
  expect((await readFile(path.join(dataDir, 'installation'), 'utf8')).trim()).toBe(
    await installationId(test.db),
  )
})
