/** A real node and a control channel to it, for tests. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { connectNode, type NodeClient } from '../control/client.ts'
import type { Fact, Notice, RoomSpec, Seat } from '../control/contract.ts'
import { silentLog } from '../log.ts'
import { createNode, type MediaNode, type Overrides } from '../node.ts'
import { HeadlessSeat, type SeatSignal } from './headless-seat.ts'

export { until } from './until.ts'

export type Attached = {
  config: Config
  client: NodeClient
  facts: { no: number; fact: Fact }[]
  notices: Notice[]
  /** The first fact (old or new) that fits. */
  fact<T extends Fact['type']>(
    type: T,
    fits?: (fact: Extract<Fact, { type: T }>) => boolean,
  ): Promise<Extract<Fact, { type: T }>>
  join(roomId: string, seatId: string, epoch?: number): Promise<HeadlessSeat>
  detach(): void
}
export type Harness = Attached & { node: MediaNode; stop(): Promise<void> }

export async function testConfig(): Promise<Config> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sfu-'))
  return {
    socketPath: join(dataDir, 'run', 'c.sock'),
    controlToken: randomUUID(),
    dataDir,
    recordingsDir: join(dataDir, 'recordings'),
    recordingsFloorBytes: 0,
    host: '127.0.0.1',
    mediaPort: await freePorts(),
    workers: 1,
    logLevel: 'warn',
    workerBin: process.env.MEDIASOUP_WORKER_BIN,
  }
}

/** Starts a node and connects to it. `join`ed seats take every track that is announced to them. */
export async function startHarness(
  changes: Partial<Config> = {},
  overrides: Partial<Overrides> = {},
): Promise<Harness> {
  const config = { ...(await testConfig()), ...changes }
  const node = await createNode(config, { log: silentLog, ...overrides })
  await node.start()
  const attached = await attachHarness(config)
  return {
    ...attached,
    node,
    async stop() {
      attached.detach()
      await node.stop()
      await rm(config.dataDir, { recursive: true, force: true })
    },
  }
}

/** Connects to a node that runs already. `detach` closes every seat and the channel. */
export async function attachHarness(config: Config): Promise<Attached> {
  const seats = new Map<string, HeadlessSeat>()
  const waiting: ConsumerNotice[] = []
  const channel = await openChannel(config, (notice) => {
    if (notice.type !== 'consumer') return
    const seat = seats.get(keyOf(notice))
    if (seat === undefined) waiting.push(notice)
    else accept(seat, notice)
  })
  return {
    ...channel,
    config,
    async join(roomId, seatId, epoch = 1) {
      const signal = ((name, input) =>
        channel.client.request(name, { ...input, roomId, seatId, epoch } as never)) as SeatSignal
      const seat = await HeadlessSeat.join(signal)
      const key = keyOf({ roomId, seatId, epoch })
      seats.set(key, seat)
      for (const notice of waiting.splice(0)) {
        if (keyOf(notice) === key) accept(seat, notice)
        else waiting.push(notice)
      }
      return seat
    },
    detach() {
      for (const seat of seats.values()) seat.close()
      channel.client.close()
    },
  }
}

type ConsumerNotice = Extract<Notice, { type: 'consumer' }>

/** A track may be gone again, or its seat closed, before it is set up. */
function accept(seat: HeadlessSeat, { consumer }: ConsumerNotice): void {
  seat.accept(consumer).catch(() => undefined)
}

type Channel = Pick<Harness, 'client' | 'facts' | 'notices' | 'fact'>

/** Another server on the same node. */
export async function openChannel(
  config: Config,
  onNotice: (notice: Notice) => void = () => undefined,
  installationId = 'test',
): Promise<Channel> {
  const facts: Harness['facts'] = []
  const notices: Notice[] = []
  const waiters = new Set<() => void>()
  const client = await new Promise<NodeClient>((resolve) => {
    const made: NodeClient = connectNode({
      socketPath: config.socketPath,
      token: config.controlToken,
      installationId,
      onFact(no, fact) {
        facts.push({ no, fact })
        for (const look of [...waiters]) look()
      },
      onNotice(notice) {
        notices.push(notice)
        onNotice(notice)
      },
      onUp: () => resolve(made),
      onDown: () => undefined,
      clock: () => Date.now(),
      log: silentLog,
    })
  })
  return {
    client,
    facts,
    notices,
    fact: (type, fits = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          for (const { fact } of facts) {
            if (fact.type !== type || !fits(fact as never)) continue
            waiters.delete(look)
            return resolve(fact as never)
          }
        }
        waiters.add(look)
        look()
      }),
  }
}

/** A visitor and an agent who hear each other. */
export function twoSeats(changes: Partial<RoomSpec> = {}, epoch = 1): RoomSpec {
  const seat = (id: string, role: Seat['role'], other: string): Seat => ({
    id,
    role,
    epoch,
    send: ['mic', 'cam', 'screen'],
    hears: [other],
    muted: [],
    record: ['mic', 'cam', 'screen'],
  })
  return {
    seats: [seat('v', 'visitor', 'a'), seat('a', 'agent', 'v')],
    flow: true,
    recording: 'off',
    ...changes,
  }
}

function keyOf({ roomId, seatId, epoch }: { roomId: string; seatId: string; epoch: number }): string {
  return `${roomId}/${seatId}/${epoch}`
}

/** A port with room above it for a few workers. */
export async function freePorts(): Promise<number> {
  const probe = createServer()
  const port = await new Promise<number>((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  await new Promise((resolve) => probe.close(resolve))
  return Math.min(port, 65_000)
}
