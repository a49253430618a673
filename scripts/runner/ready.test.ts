import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from '@jest/globals'
import { waitUntilReady } from './ready.ts'

/** A server whose parts get ready one after the other, each time it is asked. */
async function served(answers: readonly Record<string, boolean>[]) {
  let asked = 0
  const server = createServer((_, res) => {
    const parts = answers[Math.min(asked++, answers.length - 1)] ?? {}
    const ok = Object.values(parts).every(Boolean)
    res.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ ok, parts }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`
  return { url, close: () => server.close() }
}

const { signal } = new AbortController()

it('says which parts it waits for until all are ready', async () => {
  const none = { database: false, media: false }
  const { url, close } = await served([none, { ...none, database: true }, { database: true, media: true }])
  const told: string[] = []
  const onWait = (_: number, lacking: readonly string[]) => void told.push(lacking.join())
  await waitUntilReady(url, { deadlineMs: 10_000, onWait, explain: () => '', signal })
  close()
  expect(told).toEqual(['database,media', 'media'])
})

it('says so, too, when it gives up, and what there is to say of them', async () => {
  const { url, close } = await served([{ database: true, media: false }])
  const explain = (lacking: readonly string[]) => `. Of ${lacking.join()} its log.`
  const wait = (at: string) => waitUntilReady(at, { deadlineMs: 0, onWait: () => undefined, explain, signal })
  await expect(wait(url)).rejects.toThrow(`Not ready after 0 s: media (${url}). Of media its log.`)
  close()
  await expect(wait('http://127.0.0.1:1/')).rejects.toThrow('Not ready after 0 s: server')
})
