/** The one media node behind the server: what it can be asked, and whether it is there. */
import { connectNode, type NodeClient, NodeError } from '../../sfu/control/client.ts'
import type { Fact, Input, Notice, Output, RequestName } from '../../sfu/control/contract.ts'
import { AppError, type ErrorCode } from '../contract/errors.ts'
import type { Config } from '../config.ts'
import type { Logger } from '../logger.ts'

export type MediaNode = {
  /** Throws AppError: `unavailable` while the node is away, `conflict` for what has been overtaken. */
  request<N extends RequestName>(name: N, input: Input<N>): Promise<Output<N>>
  /** Changes with each start of the node; null while it is away. */
  bootId(): string | null
  ack(upTo: number): void
  close(): void
}

export type MediaNodeEvents = {
  fact(bootId: string, no: number, fact: Fact): void
  notice(notice: Notice): void
  /** The channel stands: compare what is with what should be. */
  up(bootId: string): void
  /** The node lost facts. */
  gap(): void
}

const codes: Record<NodeError['code'], ErrorCode> = {
  badInput: 'badInput',
  stale: 'conflict',
  conflict: 'conflict',
  notFound: 'conflict',
  notAllowed: 'notAllowed',
  busy: 'tooMany',
  unavailable: 'unavailable',
  internal: 'unavailable',
}

export function createMediaNode(
  d: { config: Pick<Config, 'sfuSocket' | 'secrets'>; log: Logger; installationId: string; now(): number },
  events: MediaNodeEvents,
): MediaNode {
  let bootId: string | null = null
  const client: NodeClient = connectNode({
    socketPath: d.config.sfuSocket,
    token: d.config.secrets.controlToken,
    installationId: d.installationId,
    clock: d.now,
    log: d.log,
    onFact: (no, fact) => events.fact(bootId ?? '', no, fact),
    onNotice: events.notice,
    onGap: events.gap,
    onDown: () => {
      bootId = null
    },
    onUp: (welcome) => {
      bootId = welcome.bootId
      events.up(welcome.bootId)
    },
  })
  return {
    async request(name, input) {
      try {
        return await client.request(name, input)
      } catch (cause) {
        if (cause instanceof NodeError) throw new AppError(codes[cause.code], cause.message, { cause })
        throw cause
      }
    },
    bootId: () => bootId,
    ack: client.ack,
    close: client.close,
  }
}
