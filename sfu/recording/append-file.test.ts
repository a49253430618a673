import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type HangingDisk, hangingDisk } from '../testing/hanging-disk.ts'
import { until } from '../testing/until.ts'
import { AppendFile } from './append-file.ts'
import { Flusher } from './flusher.ts'
import { Journal, readJournal } from './journal.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'append-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('AppendFile', () => {
  it('keeps bytes in order over many flushes and puts the rest down at its end', async () => {
    const file = await AppendFile.open(join(folder, 'f'))
    for (let i = 0; i < 50; i++) {
      file.append(Buffer.from(`${i},`))
      if (i % 7 === 0) void file.flush()
    }
    await file.close()
    await file.close()
    expect(await readFile(join(folder, 'f'), 'utf8')).toBe(
      Array.from({ length: 50 }, (_, i) => `${i},`).join(''),
    )
  })

  it('says when the disk takes nothing', async () => {
    const file = await AppendFile.open('/dev/full')
    file.append(Buffer.from('x'))
    await expect(file.flush()).rejects.toMatchObject({ code: 'ENOSPC' })
    await file.close()
  })

  it('loses what it was not to keep, and tries again what it was', async () => {
    const file = await AppendFile.open('/dev/full', { keeps: true })
    file.append(Buffer.from('x'))
    await expect(file.flush()).rejects.toMatchObject({ code: 'ENOSPC' })
    await expect(file.flush()).rejects.toMatchObject({ code: 'ENOSPC' })
    await expect(file.close()).rejects.toMatchObject({ code: 'ENOSPC' })
  })
})

describe('a disk that does not answer', () => {
  let disk: HangingDisk
  beforeEach(async () => {
    disk = await hangingDisk('write')
  })
  afterEach(() => disk.end())
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  it('is told of when much waits for it, and gets all that was held once it answers', async () => {
    const file = await AppendFile.open(join(folder, 'f'))
    disk.hang()
    const parts = [Buffer.alloc(1024, 'a'), Buffer.alloc(3 * 1024 * 1024, 'b')] as const
    file.append(parts[0])
    const first = file.flush()
    await turn()
    file.append(parts[1])
    await expect(file.flush()).rejects.toThrow('does not answer')
    disk.letGo()
    await first
    await file.flush()
    await file.close()
    expect((await readFile(join(folder, 'f'))).equals(Buffer.concat(parts))).toBe(true)
  })

  it('makes a journal leave out readings of clocks, and nothing else', async () => {
    const path = join(folder, 'manifest.jsonl')
    const journal = await Journal.open(path)
    disk.hang()
    void journal.flush()
    for (let node = 0; node < 100_000; node++) journal.write({ t: 'clock', node, server: node })
    journal.write({ t: 'pause', node: 1 })
    disk.letGo()
    await journal.close()
    const lines = await readJournal(path)
    expect(lines.at(-1)).toEqual({ t: 'pause', node: 1 })
    expect((await readFile(path)).length).toBeLessThan(1.1 * 1024 * 1024)
  })
})

describe('Flusher', () => {
  it('writes in its rhythm, and lets go of a file that cannot be written', async () => {
    const errors: unknown[] = []
    const flusher = new Flusher((error) => errors.push(error))
    const good = await AppendFile.open(join(folder, 'good'))
    const full = await AppendFile.open('/dev/full')
    let failed = 0
    flusher.add(good)
    flusher.add({ flush: () => full.flush(), sync: () => full.sync(), onWriteFailed: () => failed++ })
    good.append(Buffer.from('a'))
    full.append(Buffer.from('b'))
    await until(async () => failed === 1 && (await readFile(join(folder, 'good'), 'utf8')) === 'a')
    expect(errors).toHaveLength(1)
    flusher.remove(good)
    await Promise.all([good.close(), full.close()])
  })

  it('makes what is due before each round, and writes in that round what came of it', async () => {
    const flusher = new Flusher(() => undefined)
    const file = await AppendFile.open(join(folder, 'f'))
    const written = Promise.withResolvers<string>()
    const writes = {
      async flush() {
        await file.flush()
        written.resolve(await readFile(join(folder, 'f'), 'utf8'))
      },
      sync: () => file.sync(),
    }
    flusher.add(writes)
    const stop = flusher.beforeRounds(() => {
      stop()
      file.append(Buffer.from('due'))
    })
    expect(await written.promise).toBe('due')
    flusher.remove(writes)
    await file.close()
  })
})

describe('Journal', () => {
  it('writes readings of clocks when it is synced, and all else with the next flush', async () => {
    const path = join(folder, 'manifest.jsonl')
    const journal = await Journal.open(path)
    const kinds = async () => (await readJournal(path)).map(({ t }) => t)
    await journal.flush()
    journal.write({ t: 'clock', node: 1, server: 1 })
    await journal.flush()
    expect(await kinds()).toEqual([])
    await journal.sync()
    expect(await kinds()).toEqual(['clock'])
    journal.write({ t: 'clock', node: 2, server: 2 })
    journal.write({ t: 'pause', node: 2 })
    await journal.flush()
    expect(await kinds()).toEqual(['clock', 'clock', 'pause'])
    await journal.close()
  })

  it('goes on after a torn line, and is read without it', async () => {
    const path = join(folder, 'manifest.jsonl')
    const torn = await AppendFile.open(path)
    torn.append(Buffer.from('{"t":"pause","node":1}\n{"t":"resu'))
    await torn.close()
    const journal = await Journal.open(path)
    journal.write({ t: 'resume', node: 2 })
    await journal.close()
    expect(await readJournal(path)).toEqual([
      { t: 'pause', node: 1 },
      { t: 'resume', node: 2 },
    ])
  })
})
