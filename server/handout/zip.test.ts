import { Readable } from 'node:stream'
import { once } from 'node:events'
import { expect, it } from '@jest/globals'
import { unzipped } from './testing/unzip.ts'
import { zipOf } from './zip.ts'

const MB = 1_000_000
/** 200 MB, counted as they are read. */
function large() {
  const told = { bytes: 0, closed: false }
  async function* chunks() {
    try {
      for (; told.bytes < 200 * MB; told.bytes += MB) yield Buffer.alloc(MB, 7)
    } finally {
      told.closed = true
    }
  }
  return { told, open: () => Readable.from(chunks(), { objectMode: false }) }
}

it('reads a file when it is its turn, no faster than it is taken, and closes it when nobody takes it', async () => {
  const [first, second] = [large(), large()]
  const zip = zipOf(
    [
      { name: 'a', open: first.open },
      { name: 'b', open: second.open },
    ],
    new Date(),
  )
  await once(zip, 'readable')
  for (let taken = 0; taken < 10 * MB; ) {
    const chunk = zip.read() as Buffer | null
    if (chunk === null) await once(zip, 'readable')
    else taken += chunk.length
  }
  expect(first.told.bytes).toBeLessThan(20 * MB)
  expect(second.told.bytes).toBe(0)
  zip.destroy()
  await once(zip, 'close')
  await new Promise(setImmediate)
  expect(first.told.closed).toBe(true)
})

it('keeps names in every script and bytes as they are', async () => {
  const open = () => Readable.from([Buffer.from('one'), Buffer.from('two')], { objectMode: false })
  const chunks = await zipOf(
    [
      { name: 'گفت‌وگو.txt', text: 'سلام' },
      { name: 'b', open },
    ],
    new Date(),
  ).toArray()
  const files = unzipped(Buffer.concat(chunks as Buffer[]))
  expect([...files].map(([name, bytes]) => [name, String(bytes)])).toEqual([
    ['گفت‌وگو.txt', 'سلام'],
    ['b', 'onetwo'],
  ])
})

it('ends broken where a file cannot be read to its end', async () => {
  async function* chunks() {
    yield Buffer.from('half')
    throw new Error('gone')
  }
  const zip = zipOf([{ name: 'a', open: () => Readable.from(chunks(), { objectMode: false }) }], new Date())
  await expect(zip.toArray()).rejects.toThrow('gone')
})
