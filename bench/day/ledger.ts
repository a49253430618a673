/** What the crowd knows: what was said and answered, and when offers were seen. */
export type Ledger = {
  /** Names of the messages that the server said to have stored. */
  stored: Set<string>
  /** Offer → when an agent's browser had it, ms since 1970. */
  shown: Map<string, number>
  /** Conversation → the last number that its visitor holds, all before it seen in order. */
  heard: Map<string, number>
  /** Conversations whose visitor saw their end. */
  finished: Set<string>
  /** What the server said no to, as happens when somebody is faster: how often. */
  refused: Map<string, number>
  /** What must not happen. */
  faults: string[]
}

export const newLedger = (): Ledger => ({
  ...{
    stored: new Set(),
    shown: new Map(),
    heard: new Map(),
    finished: new Set(),
    refused: new Map(),
    faults: [],
  },
})
