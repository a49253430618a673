import type { ErrorCode } from './control/contract.ts'

/** What the node answers instead of an output. `message` is written for the log of the server, not for people. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
