/** What is not yet stored where it belongs. Times in ms. */
import * as z from 'zod/mini'

/**
 * `finalising`: by the media node; `sealing`, `files`: to be encrypted; `shipping`: to S3; `missing`: brought there, and hardly any of it
 * is to be seen; `transcribing`, `untranscribed`: given up.
 */
export const backlogKinds = [
  ...(['finalising', 'sealing', 'files', 'shipping', 'missing', 'transcribing', 'untranscribed'] as const),
] as const
export type BacklogKind = (typeof backlogKinds)[number]

export const retriedKinds = ['sealing', 'files', 'shipping', 'transcribing', 'untranscribed'] as const
export type RetriedKind = (typeof retriedKinds)[number]

/**
 * Why a recording will never be where it belongs: its files were gone before the media node had finished them, before they were sealed,
 * or sealed.
 */
export const lostWhys = ['unfinished', 'unsealed', 'sealed'] as const
export type LostWhy = (typeof lostWhys)[number]

/**
 * GET /api/desk/backlog: those of which something waits. What has been waiting for less than a minute is not counted, nor is what
 * is lost.
 */
export type Backlog = {
  items: BacklogItem[]
  /** The newest of recordings whose files are gone, and how many those are. */
  lost: { count: number; newest: LostRecording[] }
}
export type LostRecording = {
  callId: string
  conversationId: string
  endedAt: number
  foundAt: number
  why: LostWhy
}
export type BacklogItem = {
  kind: BacklogKind
  count: number
  /** The oldest. */
  since: number
  /** How it failed last, if it has failed since then; in the words of the part that failed. */
  fault: { words: string; at: number } | null
}

/** POST /api/desk/backlog/retry: now instead of later. */
export const RetryInput = z.object({ kind: z.enum(retriedKinds) })
