/** Calls over a real server and a real media node, between participants without browsers. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { v7 as id } from 'uuid'
import type { Config as SfuConfig } from '../../sfu/config.ts'
import { silentLog } from '../../sfu/log.ts'
import { createNode, type MediaNode } from '../../sfu/node.ts'
import type { HeadlessSeat } from '../../sfu/testing/headless-seat.ts'
import { testConfig, until } from '../../sfu/testing/node-harness.ts'
import type { Config } from '../config.ts'
import type { Consent, ConversationState, SeatId } from '../conversation/conversation.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { sitDown } from '../testing/seat.ts'

export type Pair = {
  visitor: Awaited<ReturnType<TestApp['visitor']>>
  agent: Awaited<ReturnType<TestApp['staff']>>
  conversationId: string
}
export const all: Consent = { record: ['mic', 'cam', 'screen'] }

export type CallPlace = Awaited<ReturnType<typeof startCallPlace>>

export async function startCallPlace(settings: Partial<Config> = {}) {
  const sfu: SfuConfig = { ...(await testConfig()), workers: 2, controlToken: 'test-only-'.repeat(5) }
  const node: MediaNode = await createNode(sfu, { log: silentLog })
  await node.start()
  const app: TestApp = await startTestApp({ ...settings, sfuSocket: sfu.socketPath, dataDir: sfu.dataDir })
  await until(async () => (await fetch(`${app.url}/readyz`)).ok)

  const callRow = (callId: string) =>
    app.db.selectFrom('call').selectAll().where('id', '=', callId).executeTakeFirstOrThrow()
  const seatRow = (callId: string, seatId: SeatId) =>
    app.db
      .selectFrom('call_seat')
      .selectAll()
      .where('call_id', '=', callId)
      .where('seat_id', '=', seatId)
      .executeTakeFirstOrThrow()
  const stateOf = async ({ conversationId }: Pick<Pair, 'conversationId'>) => {
    const row = await app.db
      .selectFrom('conversation')
      .select('state')
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow()
    return row.state as unknown as ConversationState
  }
  const eventsOf = async ({ agent, conversationId }: Omit<Pair, 'visitor'>) => {
    const resumed = await agent.request('resume', { conversationId, after: 0 })
    if (resumed.kind !== 'events') throw new Error(resumed.kind)
    return resumed.events
  }

  return {
    ...{ sfu, node, app, callRow, seatRow, stateOf, eventsOf },
    async talking(): Promise<Pair> {
      const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
      const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
      const { conversationId } = await visitor.request('message.send', hello)
      await agent.request('conversation.take', { conversationId })
      return { visitor, agent, conversationId }
    },
    /** The same two people with new sockets, after a restart. */
    async again({ visitor, agent, conversationId }: Pair): Promise<Pair> {
      const { session } = agent
      const [back, desk] = [await app.visitor(visitor.session), await app.again(session)]
      return { visitor: back, agent: Object.assign(desk, { session }), conversationId }
    },
    /** Asked for by the visitor, both seats taken, both microphones on. */
    async calling({ visitor, agent, conversationId }: Pair, consent = all) {
      const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
      const seats = { visitor: await sitDown(visitor, callId), agent: await sitDown(agent, callId) }
      await Promise.all([seats.visitor.sendMic({ voice: 1 }), seats.agent.sendMic({ voice: 2 })])
      return { callId, seats }
    },
    async killWorkerOf(callId: string): Promise<void> {
      const list = await readFile(path.join(sfu.dataDir, 'run', 'workers.json'), 'utf8')
      const workers = JSON.parse(list) as { pid: number; rooms: unknown }[]
      const mine = workers.find((worker) => JSON.stringify(worker.rooms).includes(callId))
      if (!mine) throw new Error('no worker carries the call')
      process.kill(mine.pid, 'SIGKILL')
    },
    async stop(): Promise<void> {
      await app.stop()
      await node.stop()
    },
  }
}

/** Packets that have arrived, from one seat or from all. */
export const heard = (seat: HeadlessSeat, from?: SeatId): number =>
  [...seat.received.values()]
    .filter((one) => from === undefined || one.consumer.fromSeat === from)
    .reduce((sum, one) => sum + one.packets, 0)

/** Resolves when `more` packets have come since. */
export const hears = (seat: HeadlessSeat, more = 20, from?: SeatId): Promise<unknown> => {
  const before = heard(seat, from)
  return until(() => heard(seat, from) >= before + more, 8_000, 'sound')
}
