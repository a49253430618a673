import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Harness, startHarness, until } from '../testing/node-harness.ts'
import { PausedRoom } from '../testing/pauses.ts'

const PAUSES = Number(process.env.PAUSES ?? 40)
const ROOMS = 2

describe('a paused recording', () => {
  let node: Harness
  beforeAll(async () => {
    node = await startHarness()
  }, 20_000)
  afterAll(() => node.stop())

  it(
    `holds nothing that was captured in ${PAUSES} pauses, in any file or caption, and all else`,
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      const rooms = Array.from({ length: ROOMS }, (_, n) => new PausedRoom(node, `pauses-${n}`, seed + n))
      await Promise.all(rooms.map((room) => room.begin()))
      await Promise.all(rooms.map((room) => room.randomly(PAUSES / ROOMS)))
      const found = await Promise.all(rooms.map((room) => room.end()))
      const share: number[] = []
      const all = { seed, secret: 0, captioned: 0, leaked: [] as unknown[] }
      for (const { secret, captioned, leaked, kept } of found) {
        all.secret += secret
        all.captioned += captioned
        all.leaked.push(...leaked)
        share.push(kept)
      }
      expect(all).toEqual({ seed, secret: expect.any(Number), captioned: expect.any(Number), leaked: [] })
      expect(all.secret).toBeGreaterThan(PAUSES * 30)
      expect(all.captioned).toBeGreaterThan(PAUSES * 10)
      // Each pause costs its margins, and pictures wait for a keyframe after it.
      expect(Math.min(...share)).toBeGreaterThan(0.15)
    },
    60_000 + PAUSES * 1_500,
  )

  it('stays so when the worker is killed in a pause', async () => {
    const room = new PausedRoom(node, 'killed', 1)
    await room.begin()
    await room.randomly(1)
    await room.pause()
    const list = await readFile(join(node.config.dataDir, 'run', 'workers.json'), 'utf8')
    const [{ pid = 0 } = {}] = JSON.parse(list) as { pid?: number }[]
    process.kill(pid, 'SIGKILL')
    await node.fact('roomLost', (it) => it.roomId === 'killed')
    await until(async () => {
      const now = await readFile(join(node.config.dataDir, 'run', 'workers.json'), 'utf8')
      return !now.includes(String(pid)) && now.includes('pid')
    })
    await room.lost()
    await room.resume()
    await room.randomly(1)
    const { leaked, kept, secret } = await room.end()
    expect(leaked).toEqual([])
    expect(secret).toBeGreaterThan(50)
    expect(kept).toBeGreaterThan(0.15)
  }, 40_000)
})
