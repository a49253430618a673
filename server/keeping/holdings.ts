/**
 * Every table, and what it stores of visitors: the one list by which a person's data is taken out and removed. A new table does
 * not compile before it has its line here, and a test refuses `nothing` for one that hangs on a visitor, conversation or call
 * and has room for words. In the order in which rows go.
 */
import { type RawBuilder, sql } from 'kysely'
import { lineKinds } from '../search/search.ts'
import type { DB } from '../storage/database.generated.ts'

/** Which rows are a conversation's, or a visitor's beside their conversations'; neither: its rows go with others, and leave their bytes. */
export type Holding =
  | {
      conversation?: (id: string) => RawBuilder<boolean>
      visitor?: (id: string) => RawBuilder<boolean>
      /** Which rows are given out, where not all are: what supervisors say to agents is not the visitor's. */
      theirs?: RawBuilder<unknown>
      /** Columns that are not given out: hashes of secrets, and what is of others. */
      secret?: readonly string[]
      /** Files of that kind are named after its rows. */
      files?: 'recording' | 'attachment'
    }
  | { nothing: string }

const ofConversation = (id: string) => sql<boolean>`conversation_id = ${id}::uuid`
const ofCall = (id: string) =>
  sql<boolean>`call_id in (select k.id from call k where k.conversation_id = ${id}::uuid)`
const ofVisitor = (id: string) => sql<boolean>`visitor_id = ${id}::uuid`
const isIt = (id: string) => sql<boolean>`id = ${id}::uuid`

const ofAssessment = (id: string) =>
  sql<boolean>`assessment_id in (select a.id from assessment a where a.conversation_id = ${id}::uuid)`

const spokenBy = sql`role in ('visitor', 'agent', 'guest')`
/** Lines of those, by their number. */
const inSpoken = sql`(conversation_id, n) in (select l.conversation_id, l.n from spoken_line l where ${spokenBy})`

/** All go with the conversation, and none is given out. */
const none = sql<boolean>`false`

export const holdings: Readonly<Record<keyof DB, Holding>> = {
  // Reviews judge colleagues: what was found, and by whom, is those colleagues'.
  assessment_mark: { conversation: ofAssessment, theirs: none },
  assessment_step: { conversation: ofAssessment, theirs: none },
  assessment: { conversation: ofConversation, theirs: none },
  // That a colleague asked to hear it, and what another said to that.
  replay_request: { conversation: ofConversation, theirs: none },
  // The words stand in the note; whom they were to call, and who has done so, is those colleagues'.
  mention: { conversation: ofConversation, secret: ['person_id', 'by_name'] },
  // For whom a clip was is what a colleague wrote down.
  clip: {
    conversation: ofConversation,
    secret: ['code_hash', 'password_hash', 'recipient', 'person_id', 'by_name'],
  },
  wrap_up: { conversation: ofConversation },
  callback: { conversation: ofConversation },
  contact: { conversation: ofConversation },
  // That a colleague was rung for and did not come is no concern of theirs.
  offer: { conversation: ofConversation, secret: ['person_id'] },
  read_mark: { conversation: ofConversation },
  spoken_correction: { conversation: ofConversation, theirs: inSpoken, secret: ['by_id', 'by_name'] },
  spoken_line: { conversation: ofConversation, theirs: spokenBy },
  transcript_piece: { conversation: ofCall },
  transcript: { conversation: ofConversation },
  call_quality: { conversation: ofCall },
  segment: { conversation: ofCall },
  // Without their key the bytes say nothing any more.
  stored_recording: { conversation: ofCall, secret: ['wrapped_key'] },
  invitation: { conversation: ofCall, secret: ['token_hash', 'join_hash', 'person_id', 'refused'] },
  call_seat: { conversation: ofCall, secret: ['holder'] },
  call: { conversation: ofConversation, files: 'recording' },
  // As with recordings.
  attachment: {
    conversation: ofConversation,
    visitor: ofVisitor,
    files: 'attachment',
    secret: ['wrapped_key'],
  },
  hidden_text: { conversation: ofConversation },
  conversation_event: {
    conversation: ofConversation,
    // As with offers, whom they name.
    theirs: sql`type not in ('offered', 'offerMissed', 'offerWithdrawn')`,
  },
  // The two states are folds of the events.
  conversation: { conversation: isIt, secret: ['state', 'visitor_state'] },
  // The conversation's going takes these along, under the indexer's lock; words that nobody else has said go with their lines.
  search_line: {
    conversation: ofConversation,
    theirs: sql`(kind <> ${lineKinds.spoken} or ${inSpoken})`,
  },
  search_fact: { conversation: ofConversation },
  search_word: {},
  // Of staff; those that name a visitor go with them (`search/forget.service.ts`).
  saved_search: {},
  // Why is the operator's, as in the audit log.
  legal_hold: { conversation: ofConversation, visitor: ofVisitor, secret: ['by_id', 'reason'] },
  audit_content: {
    conversation: (id) => aboutIt(id),
    visitor: (id) =>
      sql<boolean>`(${aboutIt(id)} or entry_id in (select e.id from audit_entry e
        join visitor_alias a on a.id = e.subject_id where a.visitor_id = ${id}::uuid))`,
    // What colleagues wrote down of each other's deeds is theirs.
    secret: ['salt', 'body'],
  },
  push_subscription: {
    visitor: (id) =>
      sql<boolean>`session_id in (select s.family_id from visitor_session s where s.visitor_id = ${id}::uuid)`,
    secret: ['p256dh', 'auth'],
  },
  visitor_session: { visitor: ofVisitor, secret: ['secret_hash'] },
  visitor_consent: { visitor: ofVisitor },
  // After what is found by the names they had.
  visitor_alias: { visitor: ofVisitor },
  visitor: { visitor: isIt },

  audit_entry: { nothing: 'ids, times and figures; what has words lies in audit_content' },
  keeping_daily: { nothing: 'the operator’s settings' },
  keeping_job: { nothing: 'which visitors were erased, by id, and how far it has got' },
  doomed_file: { nothing: 'ids of files that are to go' },
  agent_status_log: { nothing: 'of staff' },
  configuration: { nothing: 'the operator’s settings' },
  configuration_print: { nothing: 'which configuration is known' },
  installation: { nothing: 'one row of settings' },
  media_fact: { nothing: 'numbers of facts' },
  own_reply: { nothing: 'of staff' },
  person: { nothing: 'of staff' },
  person_session: { nothing: 'of staff' },
  calibration: { nothing: 'of staff' },
  sampling_run: { nothing: 'the operator’s settings' },
  server_process: { nothing: 'which servers run' },
  scorecard_version: { nothing: 'the operator’s settings' },
  search_block: { nothing: 'times and figures' },
  search_progress: { nothing: 'a time and an id' },
  sign_in_link: { nothing: 'of staff' },
  site: { nothing: 'the operator’s settings' },
  storage_fault: { nothing: 'what machines said when they failed' },
}

function aboutIt(id: string): RawBuilder<boolean> {
  return sql<boolean>`entry_id in (select e.id from audit_entry e where e.subject_id = ${id}::uuid)`
}

type Held = Exclude<Holding, { nothing: string }>

/** Those that hold something, in order. */
export const held: readonly (readonly [keyof DB, Held])[] = Object.entries(holdings).flatMap(
  ([table, holding]) => ('nothing' in holding ? [] : [[table as keyof DB, holding] as const]),
)
