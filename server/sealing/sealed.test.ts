import { Readable } from 'node:stream'
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { newHead, seal, sealedSize, sizeIn, unseal } from './sealed.ts'

const how = { key: randomBytes(32), of: 'recording g/audio.webm' }
const CHUNK = 16 * 1024

async function sealed(content: Buffer, head = newHead(content.length)): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of seal(Readable.from([content]), how, head)) parts.push(part)
  return Buffer.concat(parts)
}

it('asks for at most a chunk more at each end, and never for more than there is', async () => {
  const content = randomBytes(200_000)
  const whole = await sealed(content)
  expect(whole.length).toBe(sealedSize(content.length))
  const head = whole.subarray(0, 32)
  expect(sizeIn(head)).toBe(content.length)
  for (let n = 0; n < 200; n++) {
    const [from = 0, to = 0] = [randomBytes(4), randomBytes(4)]
      .map((bytes) => bytes.readUInt32BE() % (content.length + 1))
      .sort((a, b) => a - b)
    let asked = 0
    const fetch = (first: number, end: number) => {
      asked += end - first
      expect(end).toBeLessThanOrEqual(whole.length)
      // In pieces as a network gives them.
      return Readable.from(
        Array.from({ length: Math.ceil((end - first) / 1_000) }, (_, i) =>
          whole.subarray(first + i * 1_000, Math.min(end, first + (i + 1) * 1_000)),
        ),
      )
    }
    const parts: Buffer[] = []
    for await (const part of unseal(fetch, how, head, { from, to })) parts.push(part)
    expect(Buffer.concat(parts).equals(content.subarray(from, to))).toBe(true)
    const tags = 16 * (Math.ceil((to - from) / CHUNK) + 2)
    expect(asked).toBeLessThanOrEqual(to - from + 2 * CHUNK + tags)
  }
})

it('no two sealings of the same bytes are alike, and content that is not as long as was said is refused', async () => {
  const content = Buffer.from('the same')
  const [one, two] = [await sealed(content), await sealed(content)]
  expect(one.subarray(32).equals(two.subarray(32))).toBe(false)
  for (const said of [7, 9]) await expect(sealed(content, newHead(said))).rejects.toThrow('changed')
  expect(() => sizeIn(Buffer.alloc(32))).toThrow('no sealed file')
})

it('opens what lies beyond 4 GB, where docs/recordings.md says that it lies', async () => {
  const [chunk, content] = [(5 * 2 ** 30) / CHUNK, randomBytes(CHUNK)]
  const head = newHead(6 * 2 ** 30)
  expect(sizeIn(head)).toBe(6 * 2 ** 30)
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(chunk), 4)
  const key = Buffer.from(hkdfSync('sha256', how.key, head.subarray(8, 24), `parley ${how.of}`, 32))
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(head)
  const lying = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
  const fetched: number[][] = []
  const fetch = (from: number, to: number) => {
    fetched.push([from, to])
    return Readable.from([lying])
  }
  const [from, to] = [chunk * CHUNK + 5, chunk * CHUNK + 1_000]
  const parts: Buffer[] = []
  for await (const part of unseal(fetch, how, head, { from, to })) parts.push(part)
  expect(Buffer.concat(parts).equals(content.subarray(5, 1_000))).toBe(true)
  const at = 32 + chunk * (CHUNK + 16)
  expect(fetched).toEqual([[at, at + CHUNK + 16]])
})
