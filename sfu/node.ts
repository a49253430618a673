/** Composition of the media node: makes the parts and ties them together, decides nothing. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ServerClock } from './clock.ts'
import type { Config } from './config.ts'
import { createDoor, type Door } from './control/server.ts'
import { assertNobodyListens } from './control/socket-file.ts'
import { tellIfLate } from './deadline.ts'
import type { Log } from './log.ts'
import { DiskWatch } from './recording/disk-watch.ts'
import { Finaliser } from './recording/finaliser.ts'
import { Flusher } from './recording/flusher.ts'
import { RoomRecorder } from './recording/room-recorder.ts'
import { Orphans } from './room/orphans.ts'
import { Rooms } from './room/rooms.ts'
import { WorkerPool } from './worker/worker-pool.ts'

const SWEEP_MS = 5000

export type Overrides = {
  log: Log
  sweepMs?: number
  /** How long a room without people waits for its server. */
  orphanIdleMs?: number
  /** How long the files of a lost room wait for it to come back. */
  graceMs?: number
}
export type MediaNode = { bootId: string; start(): Promise<void>; stop(): Promise<void> }

/** `start` rejects when the socket or a port is taken or a worker does not run; `stop` finalises and closes all. */
export async function createNode(
  config: Config,
  { log, graceMs, orphanIdleMs, sweepMs = SWEEP_MS }: Overrides,
): Promise<MediaNode> {
  const bootId = randomUUID()
  const wait = <T>(folder: string, asked: Promise<T>): Promise<T> =>
    tellIfLate(asked, () =>
      log.error({ folder }, 'the media node is not ready: it still waits for the disk of this folder'),
    )
  const nodeId = await wait(config.dataDir, lastingId(config.dataDir))
  const orphans = new Orphans(orphanIdleMs)
  const clockOf = createClocks()
  const { recordingsDir, recordingsFloorBytes } = config
  const disk = new DiskWatch({ folder: recordingsDir, floorBytes: recordingsFloorBytes, log })
  const flusher = new Flusher((error) => {
    if (!disk.failed(error)) log.error({ err: error }, 'a recording cannot be written any more')
  })

  const pool: WorkerPool = new WorkerPool({
    count: config.workers,
    host: config.host,
    port: config.mediaPort,
    announcedAddress: config.announcedAddress,
    workerBin: config.workerBin,
    listFile: join(config.dataDir, 'run', 'workers.json'),
    onDead: (worker, reason) => rooms.workerLost(worker, reason),
    log,
  })
  const rooms: Rooms = new Rooms({
    bootId,
    takeWorker: (roomId) => pool.take(roomId),
    releaseWorker: (worker, roomId) => pool.release(worker, roomId),
    clockOf,
    fact: (installationId, fact) => door.fact(installationId, fact),
    notice: (installationId, notice) => door.notice(installationId, notice),
    lastFact: () => door.lastFact(),
    createRecorder: async (context) => new RoomRecorder(context, { recordingsDir, bootId, flusher, disk }),
    assertOpen: (roomId) => finaliser.assertOpen(roomId),
    onEnded: (roomId, installationId, sealed) => finaliser.ended(roomId, installationId, sealed),
    log,
  })
  const finaliser: Finaliser = new Finaliser({
    recordingsDir,
    isLive: (roomId) => rooms.has(roomId),
    onFinalised: (installationId, roomId, index) =>
      door.fact(installationId, { type: 'roomFinalised', roomId, index, at: clockOf(installationId).now() }),
    graceMs,
    log,
  })
  const door: Door = createDoor({
    socketPath: config.socketPath,
    token: config.controlToken,
    nodeId,
    bootId,
    workers: config.workers,
    handlers: rooms.handlers,
    onClock: (installationId, serverMs, atNodeMs) => clockOf(installationId).observe(serverMs, atNodeMs),
    onCommitted: (fact) => {
      if (fact.type === 'roomFinalised') finaliser.announced(fact.roomId)
    },
    onPresence: (installations) => orphans.setPresent(installations),
    log,
  })

  let sweeper: NodeJS.Timeout | undefined
  return {
    bootId,
    async start() {
      // Before anything of the other node's is touched.
      await assertNobodyListens(config.socketPath)
      await wait(recordingsDir, mkdir(recordingsDir, { recursive: true, mode: 0o700 }))
      await wait(recordingsDir, disk.start())
      await pool.start()
      await wait(recordingsDir, finaliser.start())
      await door.start()
      sweeper = setInterval(() => endOrphans(rooms, orphans, log), sweepMs)
      const { workers, mediaPort, host, announcedAddress } = config
      log.info({ nodeId, bootId, workers, mediaPort, host, announcedAddress }, 'media node ready')
    },
    async stop() {
      clearInterval(sweeper)
      await rooms.stop()
      await finaliser.stop()
      disk.stop()
      await door.stop()
      await pool.stop()
    },
  }
}

/** One clock for each installation whose servers have called. */
function createClocks(): (installationId: string) => ServerClock {
  const clocks = new Map<string, ServerClock>()
  return (installationId) => {
    const clock = clocks.get(installationId) ?? new ServerClock()
    clocks.set(installationId, clock)
    return clock
  }
}

function endOrphans(rooms: Rooms, orphans: Orphans, log: Log): void {
  for (const roomId of orphans.sweep(rooms.list(), performance.now())) {
    log.warn({ roomId }, 'nobody answers for this room any more: it ends')
    // Not for good: its server may come back and want it still.
    rooms
      .end(roomId, 'orphan', false)
      .catch((error: unknown) => log.error({ err: error, roomId }, 'a room did not end'))
  }
}

/** The node's own id: made once, kept in the data folder. */
async function lastingId(dataDir: string): Promise<string> {
  const path = join(dataDir, 'node-id')
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(dataDir, { recursive: true })
    const id = randomUUID()
    await writeFile(path, id)
    return id
  }
}
