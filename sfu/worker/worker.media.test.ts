import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { RoomSpec } from '../control/contract.ts'
import type { HeadlessSeat } from '../testing/headless-seat.ts'
import { type Harness, startHarness, twoSeats, until } from '../testing/node-harness.ts'
import { readIndex } from '../testing/read-replay.ts'

const sound = (seat: HeadlessSeat) => [...seat.received.values()].reduce((sum, it) => sum + it.packets, 0)

describe('a media worker that is lost', () => {
  let node: Harness
  beforeAll(async () => {
    node = await startHarness()
  }, 20_000)
  afterAll(() => node.stop())

  async function workers(): Promise<{ pid: number; index: number; rooms: string[] }[]> {
    return JSON.parse(await readFile(join(node.config.dataDir, 'run', 'workers.json'), 'utf8'))
  }

  async function call(roomId: string, rev: number, epoch: number, spec: Partial<RoomSpec> = {}) {
    const wanted = twoSeats({ recording: 'on', ...spec }, epoch)
    await node.client.request('room.apply', { roomId, rev, spec: wanted })
    const visitor = await node.join(roomId, 'v', epoch)
    const agent = await node.join(roomId, 'a', epoch)
    await visitor.sendMic()
    await agent.sendMic({ voice: 1 })
    return { visitor, agent }
  }

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'by %s: its rooms are lost, and go on as the spec says',
    async (signal) => {
      const roomId = `lost-${signal}`
      const before = await call(roomId, 1, 1)
      await until(() => sound(before.visitor) > 10 && sound(before.agent) > 10)
      await node.fact('segmentOpened', (it) => it.roomId === roomId && it.seatId === 'a')
      const [worker] = await workers()
      expect(worker?.rooms).toContain(roomId)
      const at = performance.now()
      process.kill(worker?.pid ?? 0, signal)
      const lost = await node.fact('roomLost', (it) => it.roomId === roomId)
      // A dead one is seen at once, a hung one by its watchdog (3 s; thrice that on a busy machine).
      expect(performance.now() - at).toBeLessThan(signal === 'SIGKILL' ? 1500 : 9000)
      expect(lost.reason).toMatch(signal === 'SIGKILL' ? /died/ : /hung/)
      const order = node.facts.filter(({ fact }) => fact.roomId === roomId).map(({ fact }) => fact.type)
      expect(order.slice(-3)).toEqual(['segmentClosed', 'segmentClosed', 'roomLost'])
      before.visitor.close()
      before.agent.close()

      await until(async () => (await workers())[0]?.pid !== worker?.pid && (await workers()).length === 1)
      expect((await node.client.request('inventory', {})).rooms).toEqual([])
      const after = await call(roomId, 1, 2)
      await until(() => sound(after.visitor) > 10 && sound(after.agent) > 10)
      await until(() => node.facts.filter(({ fact }) => isOpened(fact, roomId)).length === 4)
      await node.client.request('room.close', { roomId, reason: 'done' })
      const { index: path } = await node.fact('roomFinalised', (it) => it.roomId === roomId)
      const index = await readIndex(node.config.recordingsDir, path)
      expect(index.holes.map(({ reason }) => reason)).toEqual([lost.reason])
    },
    40_000,
  )

  it('while recording is paused: recovery writes nothing', async () => {
    const roomId = 'lost-paused'
    const before = await call(roomId, 1, 1)
    const opened = () => node.facts.filter(({ fact }) => isOpened(fact, roomId)).length
    // Both voices are being written: their files open each in its own time.
    await until(() => opened() === 2)
    await node.client.request('room.apply', { roomId, rev: 2, spec: twoSeats({ recording: 'paused' }) })
    await node.fact('recordingPaused', (it) => it.roomId === roomId)
    const sofar = opened()
    const killed = (await workers())[0]?.pid ?? 0
    process.kill(killed, 'SIGKILL')
    await node.fact('roomLost', (it) => it.roomId === roomId)
    before.visitor.close()
    before.agent.close()
    // The list is written a moment after the death: only another worker's name says that there is one.
    await until(async () => (await workers()).some(({ pid }) => pid !== killed))
    const after = await call(roomId, 3, 2, { recording: 'paused' })
    await until(() => sound(after.visitor) > 40)
    expect(opened()).toBe(sofar)
  }, 30_000)
})

const isOpened = (fact: { type: string; roomId: string }, roomId: string) =>
  fact.type === 'segmentOpened' && fact.roomId === roomId
