import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { MAX_FILE_BYTES } from '../contract/words.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { createWebServer } from '../http/web-server.ts'
import { isText, sniff, UNKNOWN } from './content-type.ts'
import { createExaminer } from './examine.ts'
import { receiveFile } from './receive.ts'

/** bytes */
const SPARE = 10_000

let http: TestHttp
let folder: string
beforeAll(async () => {
  const seconds = 600
  const rates = {
    upload: { points: 1_000_000, seconds },
    uploadBytes: { points: MAX_FILE_BYTES + SPARE, seconds },
  }
  http = await startTestHttp({ rates })
  folder = await mkdtemp(path.join(tmpdir(), 'parley-upload-'))
})
afterAll(async () => {
  await http.close()
  await rm(folder, { recursive: true })
})

const where = '/api/visitor/attachments?name=a'
const send = (token: string, body: BodyInit) =>
  http.send(where, { method: 'POST', token, body, duplex: 'half' } as RequestInit & { token: string })

describe('time', () => {
  it('is enough for the largest file over a slow line', () => {
    const { requestTimeout, headersTimeout } = createWebServer()
    expect(requestTimeout).toBeGreaterThan((MAX_FILE_BYTES * 8) / 300)
    expect(headersTimeout).toBe(60_000)
  })

  it('is over for who sends nothing, and no file is left', async () => {
    const file = path.join(folder, 'silent')
    const body = new PassThrough()
    body.write('half')
    let came = 0
    const told = (bytes: number) => {
      came += bytes
    }
    const receiving = receiveFile(body, 1_000, file, { came: told, idleMs: 20 })
    await expect(receiving).rejects.toMatchObject({ code: 'badInput' })
    expect([came, existsSync(file)]).toEqual([4, false])
  })
})

describe('bytes are counted as they come, not as they were announced', () => {
  it('by who breaks off', async () => {
    const { access } = await http.visitor()
    const some = () => send(access, new Uint8Array(2 * SPARE).fill(65))
    const socket = createConnection(http.config.port, '127.0.0.1')
    socket.write(
      `POST ${where} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${access}\r\nContent-Length: ${MAX_FILE_BYTES}\r\n\r\nhalf`,
    )
    const dir = path.join(http.config.dataDir, 'attachments')
    while ((await readdir(dir).catch(() => [])).length === 0) await setImmediate()
    expect((await some()).status).toBe(429)
    socket.destroy()
    while ((await some()).status !== 201) await setImmediate()
  })

  it('by who does not say how much it will be', async () => {
    const { access } = await http.visitor()
    const unknown = () =>
      new ReadableStream({
        start(stream) {
          stream.enqueue(new Uint8Array([65]))
          stream.close()
        },
      })
    for (let n = 0; n < 3; n++) expect((await send(access, unknown())).status).toBe(201)
  })
})

describe('what is looked at', () => {
  it('is one picture at a time, however many come', async () => {
    const file = path.join(folder, 'picture')
    const create = { width: 9, height: 9, channels: 3 as const, background: '#006a6f' }
    await sharp({ create }).png().toFile(file)
    let [inside, most] = [0, 0]
    const examine = createExaminer(async () => {
      most = Math.max(most, ++inside)
      await setImmediate()
      inside--
      return null
    })
    const found = await Promise.all(Array.from({ length: 8 }, () => examine(file)))
    expect(found).toEqual(Array(8).fill({ type: UNKNOWN, preview: null }))
    expect(most).toBe(1)
  })

  it('is text piece by piece: with letters cut between two, and no further than what is none', async () => {
    const read: string[] = []
    async function* pieces(...all: Buffer[]) {
      for (const piece of all) {
        read.push(piece.toString('hex'))
        yield piece
      }
    }
    const letter = Buffer.from('ж')
    const [first, second] = [letter.subarray(0, 1), letter.subarray(1)]
    expect(await isText(pieces(first, second))).toBe(true)
    expect(await isText(pieces(second, first))).toBe(false)
    expect(await isText(pieces(Buffer.from('a'), first))).toBe(false)
    read.length = 0
    expect(await isText(pieces(Buffer.from('a\n'), Buffer.from([0]), Buffer.from('b')))).toBe(false)
    expect(read).toEqual(['610a', '00'])
  })

  it('is a text of 25 MB as well', async () => {
    const file = path.join(folder, 'long')
    await writeFile(file, 'سلام\n'.repeat(Math.floor(MAX_FILE_BYTES / 9)))
    expect(await sniff(file)).toEqual({ type: 'text/plain', picture: false })
  })
})
