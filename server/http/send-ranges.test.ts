import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express from 'express'
import { sendRanges } from './send-ranges.ts'

const MIB = 1024 * 1024
const PART = MIB / 16
/** Beyond 4 GB; where nothing is said of a file, it takes no room on the disk. */
const FAR = 5 * 1024 * MIB
const bytes = Buffer.from(Array.from({ length: 4 * MIB + 5 }, (_, index) => index % 251))

let server: Server
let folder: string
let read: { from: number; to: number }[] = []
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-ranges-'))
  const huge = path.join(folder, 'huge')
  const file = await open(huge, 'w')
  await file.write(Buffer.from('far away'), 0, 8, FAR)
  await file.close()
  const app = express()
  app.get('/huge', (req, res, next) =>
    sendRanges(req, res, next, {
      ...{ kind: 'picture', size: FAR + 8, version: 'one' },
      read: (from, to) => createReadStream(huge, { start: from, end: to - 1 }),
    }),
  )
  app.get('/:kind', (req, res, next) =>
    sendRanges(req, res, next, {
      ...{ kind: req.params.kind === 'sound' ? 'sound' : 'picture', size: bytes.length, version: 'one' },
      read(from, to) {
        read.push({ from, to })
        return Readable.from([bytes.subarray(from, to)])
      },
    }),
  )
  server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

async function get(range?: string, kind = 'picture', signal?: AbortSignal) {
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/${kind}`, {
    headers: range ? { range } : {},
    ...(signal && { signal }),
  })
  const body = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, range: answer.headers.get('content-range'), body }
}

function ask(range?: string, kind?: string) {
  read = []
  return get(range, kind)
}

describe('a range without an end', () => {
  it('gets what tells of the file, one mebibyte, then two at a time, and no more is read than is sent', async () => {
    const whole: Buffer[] = []
    for (let from = 0; from < bytes.length; ) {
      const { status, range, body } = await ask(`bytes=${from}-`)
      const to = Math.min(from === 0 ? MIB + 1 : from + 2 * MIB, bytes.length)
      expect([status, range]).toEqual([206, `bytes ${from}-${to - 1}/${bytes.length}`])
      expect(read).toEqual([{ from, to }])
      whole.push(body)
      from = to
    }
    expect(Buffer.concat(whole).equals(bytes)).toBe(true)
  })

  it('gets less of sound', async () => {
    const { range, body } = await ask(`bytes=${MIB}-`, 'sound')
    expect([range, body.length]).toEqual([`bytes ${MIB}-${MIB + PART}/${bytes.length}`, PART + 1])
  })

  it('waits where it follows a part, and nowhere else', async () => {
    read = []
    const all: Promise<unknown>[] = []
    // The first two begin in the same block: who reads on has one byte of it. What a file is may stand in more than its first part.
    for (const from of [MIB + PART + 1, MIB + PART, PART + 1]) {
      const came = once(server, 'request')
      all.push(get(`bytes=${from}-`, 'sound'))
      await came
    }
    await Promise.all(all)
    expect(read.map(({ from }) => from)).toEqual([MIB + PART, PART + 1, MIB + PART + 1])
  })

  it('is not read for a reader who went elsewhere while it waited', async () => {
    read = []
    const gone = new AbortController()
    const came = once(server, 'request') as Promise<[unknown, ServerResponse]>
    const range = `bytes=${MIB + PART + 1}-`
    const left = expect(get(range, 'sound', gone.signal)).rejects.toThrow()
    const [, res] = await came
    const closed = once(res, 'close')
    gone.abort()
    await Promise.all([left, closed])
    // It would have waited longer.
    await get(range, 'sound')
    expect(read).toHaveLength(1)
  })

  it('is not meant where the end is said, counted from behind, or nothing is', async () => {
    const said = await ask(`bytes=0-${3 * MIB}`)
    expect([said.status, said.body.length]).toEqual([206, 3 * MIB + 1])
    const behind = await ask(`bytes=-${3 * MIB}`)
    expect([behind.status, behind.body.length]).toEqual([206, 3 * MIB])
    const whole = await ask()
    expect([whole.status, whole.body.length]).toEqual([200, bytes.length])
  })
})

it('of a file of more than 4 GB gives what lies far away', async () => {
  const text = async (range: string) => {
    const { status, range: given, body } = await get(range, 'huge')
    return [status, given, body.toString()]
  }
  expect(await text(`bytes=${FAR + 4}-`)).toEqual([206, `bytes ${FAR + 4}-${FAR + 7}/${FAR + 8}`, 'away'])
  expect(await text(`bytes=${FAR}-${FAR + 2}`)).toEqual([206, `bytes ${FAR}-${FAR + 2}/${FAR + 8}`, 'far'])
  expect(await text('bytes=-4')).toEqual([206, `bytes ${FAR + 4}-${FAR + 7}/${FAR + 8}`, 'away'])
})
