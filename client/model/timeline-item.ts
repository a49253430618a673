/** What a thread shows, piece by piece, already decided: views only draw. Keys are stable over updates. */
import type { SpokenLine } from '../../server/contract/transcript.ts'
import type { Key } from '../i18n/keys.ts'
import type {
  AttachmentInfo,
  CallEndReason,
  CallMedia,
  SeatId,
  Side,
  Source,
} from '../../server/conversation/conversation.ts'

/** How far a message of one's own has come. `sent`: stored by the server. Others' messages are always `sent`. */
export type Delivery = 'pending' | 'failed' | 'sent' | 'delivered' | 'read'

export type Bubble = {
  key: string
  /** Null while it is only in the outbox. */
  seq: number | null
  clientId: string | null
  /** ms since 1970; the server's clock once stored. */
  at: number
  text: string
  attachments: AttachmentInfo[]
  delivery: Delivery
  /** Some of the words are kept apart, for those who may see them. */
  hidden?: true
}

/** Consecutive messages of one person within one minute. */
export type BubbleGroup = {
  kind: 'bubbles'
  key: string
  at: number
  side: Side
  /** Null: a visitor without a name. */
  name: string | null
  /** Written by the reader's side: drawn at the end of the line. */
  mine: boolean
  /** By somebody else of the reader's side, whose name stands above. */
  signed?: true
  bubbles: Bubble[]
}

/** A private note; never in a visitor's timeline. */
export type NoteItem = {
  kind: 'note'
  key: string
  at: number
  seq: number | null
  clientId: string | null
  name: string
  text: string
  delivery: Delivery
  hidden?: true
}

/** Something said in a call, written down; only where a conversation is replayed. `goesOn`: by whom the item before is. */
export type SpokenItem = { kind: 'spoken'; key: string; at: number; line: SpokenLine; goesOn: boolean }

/** `name`: whose seat it is beyond visitor and agent; null also where that was told on an earlier page. */
export type Seated = { seat: SeatId; name: string | null }

/** One sentence in the middle. The view has the words for each. */
export type SystemLine =
  /** Of the staff's work, in words that only their pages have: see `work-lines.ts`. */
  | { type: 'work'; key: Key; names: Record<string, string> }
  | { type: 'assigned'; name: string }
  | { type: 'seatJoined' | 'seatLeft'; name: string }
  | ({ type: 'mediaRaised' | 'mediaLowered'; source: Source } & Seated)
  | { type: 'recordingStarted' | 'recordingPaused' | 'consentWithdrawn' | 'held' }
  /** `ms`: how long the hold, or the pause, was. */
  | { type: 'resumed' | 'recordingResumed'; ms: number }
  | { type: 'recordingStopped'; reason: string }
  | ({ type: 'sideLeft'; why: 'pageChange' | 'connectionLost' } & Seated)
  | ({ type: 'sideReturned' } & Seated)
  | { type: 'ended'; by: Side | 'system' }
  | { type: 'reopened'; by: Side }

export type LineItem = { kind: 'line'; key: string; at: number; seq: number; line: SystemLine }

/** A call in the thread, from the asking to the end. `by`: the side that asked. */
export type CallItem = {
  kind: 'call'
  key: string
  at: number
  seq: number
  callId: string
  media: CallMedia
  /** A spoken message: nobody was to answer. */
  voicemail: boolean
  by: Side
  /** Whether the reader's side asked. */
  mine: boolean
  /** Name of the agent in it, once known. */
  name: string | null
  /** Ended by somebody else of the reader's side: `name`. */
  signed?: true
  /** Since when somebody is on hold, ms since 1970; null: nobody is. */
  heldSince: number | null
  /** Length of the holds that are over. */
  heldMs: number
  status:
    | { name: 'asking' }
    | { name: 'connected'; since: number; recording: boolean; recordedMs: number | null }
    | {
        name: 'ended'
        reason: CallEndReason
        by: Side | 'system'
        durationMs: number
        /** Up to the end. */
        recorded: boolean
        /** Until how far into the call it was, where that was stopped before the end; else null. */
        recordedMs: number | null
      }
}

export type DayItem = { kind: 'day'; key: string; at: number }
/** Everything after it had not been read when the thread was opened. */
export type UnreadItem = { kind: 'unread'; key: string; at: number }

export type TimelineItem = BubbleGroup | NoteItem | SpokenItem | LineItem | CallItem | DayItem | UnreadItem
