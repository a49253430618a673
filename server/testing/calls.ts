/**
 * Calls for tests of single use cases. The server beside them has no media node, so that nothing but the test acts on
 * their rows; the test's own channel leads to the node of that socket, or to none.
 */
import type { Updateable } from 'kysely'
import { v7 as id } from 'uuid'
import { createBus } from '../bus.ts'
import type { SeatRow } from '../call/call.store.ts'
import { createMediaNode, type MediaNode } from '../call/media-node.ts'
import type { MediaDeps } from '../call/media.service.ts'
import type { StaffCaller, VisitorCaller } from '../caller/caller.ts'
import type { WireEvent } from '../contract/events.ts'
import type { ConversationState } from '../conversation/conversation.ts'
import { createLogger } from '../logger.ts'
import type { CallSeat } from '../storage/database.generated.ts'
import { installationId } from '../storage/installation.ts'
import { startTestApp, type TestApp } from './app.ts'

export type Talk = {
  conversationId: string
  callId: string
  visitor: VisitorCaller
  agent: StaffCaller
  accept(): Promise<void>
  hangUp(): Promise<void>
  row(): Promise<Awaited<ReturnType<typeof callRow>>>
  seat(seatId: 'visitor' | 'agent'): Promise<SeatRow>
  /** Writes the seat's row as it is wished for. */
  setSeat(seatId: 'visitor' | 'agent', set: Updateable<CallSeat>): Promise<unknown>
  state(): Promise<ConversationState>
  /** What the log got since the call was asked for, as staff see it. */
  told(): Promise<WireEvent[]>
}

export type Calls = {
  app: TestApp
  d: MediaDeps & { node: MediaNode }
  /** Tabs that have a socket, as the use cases are told. */
  here: Set<string>
  /** A visitor has asked their agent for a voice call. */
  ask(): Promise<Talk>
  stop(): Promise<void>
}

const callRow = (app: TestApp, callId: string) =>
  app.db.selectFrom('call').selectAll().where('id', '=', callId).executeTakeFirstOrThrow()

export async function startCalls(socketPath = '/nonexistent/parley-test.sock'): Promise<Calls> {
  const app = await startTestApp({ callOfferMs: 600_000 })
  const here = new Set<string>()
  const up = Promise.withResolvers<string>()
  const node = createMediaNode(
    {
      config: { ...app.config, sfuSocket: socketPath },
      log: createLogger('silent'),
      installationId: await installationId(app.db),
      now: Date.now,
    },
    { fact: () => undefined, notice: () => undefined, gap: () => undefined, up: up.resolve },
  )
  if (socketPath !== app.config.sfuSocket) await up.promise
  const { db, config } = app
  const d = { db, config, bus: createBus(), newId: id, node, tabIsHere: (tab: string) => here.has(tab) }
  return {
    ...{ app, d, here },
    ask: () => ask(app),
    async stop() {
      node.close()
      await app.stop()
    },
  }
}

async function ask(app: TestApp): Promise<Talk> {
  const [visitor, agent] = [await app.visitor(), await app.staff('Sara')]
  const hello = { conversationId: null, clientId: id(), text: 'Hello', attachments: [] }
  const { conversationId } = await visitor.request('message.send', hello)
  await agent.request('conversation.take', { conversationId })
  const consent = { record: ['mic' as const] }
  const { callId } = await visitor.request('call.ask', { conversationId, media: 'voice', consent })
  const known = await app.db
    .selectFrom('conversation')
    .select(['visitor_id', 'site_id', 'seq'])
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
  const { person } = agent.session
  return {
    ...{ conversationId, callId },
    visitor: { kind: 'visitor', visitorId: known.visitor_id, siteId: known.site_id, locale: 'en' },
    agent: { kind: 'staff', personId: person.id, name: person.name, role: person.role, queues: [] },
    accept: async () => void (await agent.request('call.answer', { callId, accept: true })),
    hangUp: async () => void (await agent.request('call.hangUp', { callId })),
    row: () => callRow(app, callId),
    seat: (seatId) =>
      app.db
        .selectFrom('call_seat')
        .selectAll()
        .where('call_id', '=', callId)
        .where('seat_id', '=', seatId)
        .executeTakeFirstOrThrow(),
    setSeat: (seatId, set) =>
      app.db
        .updateTable('call_seat')
        .set(set)
        .where('call_id', '=', callId)
        .where('seat_id', '=', seatId)
        .execute(),
    async state() {
      const query = app.db.selectFrom('conversation').select('state').where('id', '=', conversationId)
      return (await query.executeTakeFirstOrThrow()).state as unknown as ConversationState
    },
    async told() {
      const resumed = await agent.request('resume', { conversationId, after: known.seq })
      return resumed.kind === 'events' ? resumed.events : []
    },
  }
}
