import { Readable } from 'node:stream'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express from 'express'
import { sendRanges } from './send-ranges.ts'

const MIB = 1024 * 1024
const bytes = Buffer.from(Array.from({ length: 4 * MIB + 5 }, (_, index) => index % 251))

let server: Server
let read: { from: number; to: number }[] = []
beforeAll(async () => {
  const app = express().get('/:kind', (req, res, next) =>
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
afterAll(() => void server.close())

async function ask(range?: string, kind = 'picture') {
  read = []
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/${kind}`, { headers: range ? { range } : {} })
  const body = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, range: answer.headers.get('content-range'), body }
}

describe('a range without an end', () => {
  it('gets what tells of the file, then two mebibytes at a time, and no more is read than is sent', async () => {
    const whole: Buffer[] = []
    for (let from = 0; from < bytes.length; ) {
      const { status, range, body } = await ask(`bytes=${from}-`)
      const to = Math.min(from === 0 ? MIB / 16 : from + 2 * MIB, bytes.length)
      expect([status, range]).toEqual([206, `bytes ${from}-${to - 1}/${bytes.length}`])
      expect(read).toEqual([{ from, to }])
      whole.push(body)
      from = to
    }
    expect(Buffer.concat(whole).equals(bytes)).toBe(true)
  })

  it('gets less of sound', async () => {
    const { range, body } = await ask('bytes=100-', 'sound')
    expect([range, body.length]).toEqual([`bytes 100-${64 * 1024 + 99}/${bytes.length}`, 64 * 1024])
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
