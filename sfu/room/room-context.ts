import type { types } from 'mediasoup'
import type { Fact, Notice } from '../control/contract.ts'
import type { Log } from '../log.ts'
import type { MediaWorker } from '../worker/media-worker.ts'

/** What every part of one room needs from outside it. */
export type RoomContext = {
  roomId: string
  installationId: string
  worker: MediaWorker
  router: types.Router
  /** False once the room or its worker is gone: from then on events of its parts mean nothing any more. */
  isAlive(): boolean
  /** The installation's server clock, ms. */
  serverNow(): number
  fact(fact: Fact): void
  notice(notice: Notice): void
  log: Log
}
