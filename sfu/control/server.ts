/** The node's end of the control channel: who may speak, what is a frame, and that nothing bad gets further. */
import { createServer, type Socket } from 'node:net'
import { nodeNow } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Fact, Notice } from './contract.ts'
import { type Connection, openConnection } from './connection.ts'
import { FactLog } from './fact-log.ts'
import type { Handlers } from './handlers.ts'
import { listenOnSocketFile } from './socket-file.ts'

export type DoorOptions = {
  socketPath: string
  token: string
  nodeId: string
  bootId: string
  workers: number
  handlers: Handlers
  /** A server of this installation told its time. */
  onClock(installationId: string, serverMs: number, atNodeMs: number): void
  /** A server has committed this fact. */
  onCommitted(fact: Fact): void
  /** The set of installations with a server connected has changed. */
  onPresence(installations: ReadonlySet<string>): void
  log: Log
  factLimit?: number
}

export type Door = {
  start(): Promise<void>
  fact(installationId: string, fact: Fact): void
  notice(installationId: string, notice: Notice): void
  /** Number of the newest fact. */
  lastFact(): number
  stop(): Promise<void>
}

export function createDoor(options: DoorOptions): Door {
  const facts = new FactLog(options.factLimit)
  const connections = new Set<Connection>()
  const sockets = new Set<Socket>()

  const of = (installationId: string) =>
    [...connections].filter((one) => one.installationId === installationId)
  const announce = () => options.onPresence(new Set([...connections].map((one) => one.installationId)))

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    openConnection(socket, {
      ...options,
      onReady(connection) {
        connections.add(connection)
        announce()
        if (facts.takeGap(connection.installationId)) connection.send({ t: 'gap' })
        for (const { no, fact } of facts.pending(connection.installationId)) {
          connection.send({ t: 'fact', no, fact })
        }
      },
      onAck: (installationId, upTo) => {
        for (const fact of facts.ack(installationId, upTo)) options.onCommitted(fact)
      },
      onClock: (installationId, serverMs) => options.onClock(installationId, serverMs, nodeNow()),
      onGone(connection) {
        if (connections.delete(connection)) announce()
      },
    })
  })

  return {
    start: () => listenOnSocketFile(server, options.socketPath),
    fact(installationId, fact) {
      const { no } = facts.add(installationId, fact)
      const live = of(installationId)
      const gap = live.length > 0 && facts.takeGap(installationId)
      for (const connection of live) {
        if (gap) connection.send({ t: 'gap' })
        connection.send({ t: 'fact', no, fact })
      }
    },
    notice(installationId, notice) {
      for (const connection of of(installationId)) connection.sendDisposable({ t: 'notice', notice })
    },
    lastFact: () => facts.last,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
