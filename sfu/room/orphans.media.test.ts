import { randomUUID } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { silentLog } from '../log.ts'
import { attachHarness, startHarness } from '../testing/node-harness.ts'

it('a room that ended since its server was away is made anew when the server wants it still', async () => {
  const ended = Promise.withResolvers<void>()
  const log = { ...silentLog, warn: () => ended.resolve() }
  const harness = await startHarness({}, { log, sweepMs: 10, orphanIdleMs: 30 })
  const roomId = randomUUID()
  const spec = { flow: false, recording: 'off' as const, seats: [] }
  await harness.client.request('room.apply', { roomId, rev: 1, spec })
  harness.detach()
  await ended.promise
  const back = await attachHarness(harness.config)
  expect(await back.client.request('room.apply', { roomId, rev: 2, spec })).toEqual({ applied: 2 })
  back.detach()
  await harness.stop()
})
