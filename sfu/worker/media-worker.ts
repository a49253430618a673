import { kill as sendSignal } from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as mediasoup from 'mediasoup'
import type { types } from 'mediasoup'
import { nodeNow } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import type { Log } from '../log.ts'
import { type Paced, startPaced } from './paced-channel.ts'
import { startWatchdog } from './watchdog.ts'

const START_MS = 10_000
const LAST_WORDS_MS = 300

export type MediaWorkerOptions = {
  index: number
  /** Listening address and port (UDP and TCP) of this worker. */
  host: string
  port: number
  announcedAddress?: string
  workerBin?: string
  log: Log
}

/** One mediasoup worker process with its one port. Dies as a whole: a dead one is replaced, never mended. */
export type MediaWorker = {
  index: number
  pid: number
  worker: types.Worker
  webRtcServer: types.WebRtcServer
  /** Worker's NTP clock (as Unix ms) minus the node's clock: fixed at the worker's start, never stepped. */
  ntpOffset: number
  /** While packets of it are taken by a recorder, see `Paced`. */
  gather: Paced<types.Worker>['gather']
  /** Resolves when all that it had said by now was heard: an answer comes behind it. At the latest after 300 ms. */
  heard(): Promise<void>
  close(): void
}

/** Starts a worker. `onDead` is called once if it dies or hangs, never after `close()`. */
export async function startMediaWorker(
  options: MediaWorkerOptions,
  onDead: (reason: string) => void,
): Promise<MediaWorker> {
  const paced = await withDeadline(
    startPaced(() => mediasoup.createWorker({ logLevel: 'warn', workerBin: options.workerBin })),
    'start of a media worker',
    START_MS,
  )
  const { worker } = paced
  const ntpOffset = Date.now() - nodeNow()
  try {
    const webRtcServer = await withDeadline(
      worker.createWebRtcServer({ listenInfos: listenInfos(options) }),
      `opening port ${options.port}`,
    )
    return watch(paced, webRtcServer, ntpOffset, options, onDead)
  } catch (error) {
    worker.close()
    throw error
  }
}

function watch(
  { worker, gather }: Paced<types.Worker>,
  webRtcServer: types.WebRtcServer,
  ntpOffset: number,
  { index, log }: MediaWorkerOptions,
  onDead: (reason: string) => void,
): MediaWorker {
  let reason = 'the media worker died'
  const stop = startWatchdog({
    ping: () => worker.getResourceUsage(),
    onHung: () => {
      reason = 'the media worker hung and was killed'
      log.error({ worker: index, pid: worker.pid }, 'media worker does not answer: killing it')
      kill(worker.pid, log)
    },
  })
  worker.on('died', () => {
    stop()
    onDead(reason)
  })
  return {
    index,
    pid: worker.pid,
    worker,
    webRtcServer,
    ntpOffset,
    gather,
    async heard() {
      await withDeadline(worker.getResourceUsage(), 'its last words', LAST_WORDS_MS).catch(() => undefined)
      // mediasoup tells what stood before an answer in the next turn of the loop.
      await nextTurn()
    },
    close: () => {
      stop()
      worker.close()
    },
  }
}

function kill(pid: number, log: Log): void {
  try {
    sendSignal(pid, 'SIGKILL')
  } catch (error) {
    log.warn({ err: error, pid }, 'the media worker was gone already')
  }
}

function listenInfos({ host, port, announcedAddress }: MediaWorkerOptions): types.TransportListenInfo[] {
  const shared = { ip: host, port, ...(announcedAddress === undefined ? {} : { announcedAddress }) }
  return [
    { protocol: 'udp', ...shared },
    { protocol: 'tcp', ...shared },
  ]
}
