import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { badDtls, badRtp, goodDtls, goodRtp } from '../testing/bad-media.ts'
import type { HeadlessSeat } from '../testing/headless-seat.ts'
import { type Harness, startHarness, twoSeats, until } from '../testing/node-harness.ts'

/** Everything that must be refused, while a good call runs on the same worker and hears nothing of it. */
describe('hostile input', () => {
  let node: Harness
  let agent: HeadlessSeat
  let pid: number
  const key = { roomId: 'bad', seatId: 'v', epoch: 1 }
  const heard = () => [...agent.received.values()].reduce((sum, it) => sum + it.packets, 0)
  const workerPid = async () =>
    JSON.parse(await readFile(join(node.config.dataDir, 'run', 'workers.json'), 'utf8'))[0].pid

  beforeAll(async () => {
    node = await startHarness()
    await node.client.request('room.apply', { roomId: 'good', rev: 1, spec: twoSeats() })
    const visitor = await node.join('good', 'v')
    agent = await node.join('good', 'a')
    await visitor.sendMic()
    await until(() => heard() > 10)
    await node.client.request('room.apply', { roomId: 'bad', rev: 1, spec: twoSeats() })
    await node.client.request('seat.open', key)
    pid = await workerPid()
  }, 30_000)

  afterAll(async () => {
    expect(await workerPid()).toBe(pid)
    const before = heard()
    await until(() => heard() > before + 10)
    await node.stop()
  }, 30_000)

  const open = (rtpParameters: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    node.client.request('producer.open', {
      ...key,
      producerId: `p${Math.random().toString(36).slice(2)}`,
      source: 'mic',
      kind: 'audio',
      rtpParameters,
      ...more,
    })

  it.each(Object.entries(badDtls))('is refused in connect: %s', async (_, dtlsParameters) => {
    const connect = node.client.request('seat.connect', { ...key, direction: 'send', dtlsParameters })
    await expect(connect).rejects.toMatchObject({ code: 'badInput' })
    await expect(open(goodRtp(1), { dtlsParameters })).rejects.toMatchObject({ code: 'badInput' })
  })

  it.each(Object.entries(badRtp))('is refused in produce: %s', async (_, rtpParameters) => {
    await expect(open(rtpParameters)).rejects.toMatchObject({ code: 'badInput' })
  })

  it('is refused: a codec this node does not take, a source of another kind, an SSRC in use', async () => {
    const h264 = { codecs: [{ mimeType: 'video/H264', payloadType: 100, clockRate: 90_000 }] }
    await expect(open({ ...goodRtp(2), ...h264 }, { source: 'cam', kind: 'video' })).rejects.toMatchObject({
      code: 'badInput',
    })
    await expect(open(goodRtp(3), { source: 'cam' })).rejects.toMatchObject({ code: 'badInput' })
    await open(goodRtp(4), { dtlsParameters: goodDtls })
    await expect(open(goodRtp(4))).rejects.toMatchObject({ code: 'badInput' })
  })

  it('is refused: capabilities out of bounds, and specs that contradict themselves', async () => {
    const codecs = Array(65).fill({
      kind: 'audio',
      mimeType: 'audio/opus',
      clockRate: 48_000,
      preferredPayloadType: 1,
    })
    await expect(
      node.client.request('seat.capabilities', { ...key, rtpCapabilities: { codecs } }),
    ).rejects.toMatchObject({ code: 'badInput' })
    const [seat] = twoSeats().seats
    if (seat === undefined) throw new Error('no seat')
    for (const seats of [[seat, seat], [{ ...seat, hears: ['v'] }]]) {
      await expect(
        node.client.request('room.apply', { roomId: 'bad', rev: 2, spec: twoSeats({ seats }) }),
      ).rejects.toMatchObject({ code: 'badInput' })
    }
  })

  it('takes capabilities that fit nothing for a seat that receives nothing', async () => {
    await node.client.request('seat.capabilities', { ...key, rtpCapabilities: { codecs: [] } })
  })

  it('gives a seat of one room nothing of another', async () => {
    const consumerId = [...agent.received.keys()][0] ?? ''
    await expect(node.client.request('consumer.ready', { ...key, consumerId })).rejects.toMatchObject({
      code: 'notFound',
    })
  })
})
