/** Words of keeping and removing what is stored of people. */

/** A conversation is its text with all that belongs to it; the others can go before it. A transcript goes with its recording, unless it must stay. */
export const dataKinds = ['conversation', 'recording', 'transcript', 'attachment'] as const
export type DataKind = (typeof dataKinds)[number]
export type KeptMedium = 'chat' | 'voice' | 'video'

/** `keep`: for at least so long, a duty. `delete`: for no longer, a limit. Null: each queue, medium or kind of data. */
export type KeepingRule = {
  what: 'keep' | 'delete'
  queueId: string | null
  medium: KeptMedium | null
  data: DataKind | null
  /** Days of 24 h after the conversation's end. */
  days: number
}

/** What a rule looks at. Times in ms. */
export type KeptTalk = {
  /** The one it was in last. */
  queueId: string | null
  /** Each that it ever was in. */
  queueIds: readonly string[]
  medium: KeptMedium
  /** Null: it goes on, or its recording is not finished. */
  endedAt: number | null
  /** A legal hold lies on it or on its visitor. */
  held: boolean
  /** What there is of it beside its text. */
  has: readonly Exclude<DataKind, 'conversation'>[]
}

/** `until`: when to look again, ms; null where only somebody's deed changes it. */
export type Verdict =
  | { goes: true }
  | { goes: false; why: 'open' | 'held' | 'kept' | 'asLong'; until: number | null }
