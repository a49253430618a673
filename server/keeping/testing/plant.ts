/** A visitor of whom every table holds something, each word of it one that can be found again. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { v7 as newId } from 'uuid'
import { writeAudit, writeDeed } from '../../audit/audit.store.ts'
import { emptyState } from '../../conversation/conversation.ts'
import { type Database, inTransaction } from '../../storage/database.ts'

export type Planted = {
  visitorId: string
  conversationId: string
  callId: string
  attachmentId: string
  words: string[]
}
export type Ground = { db: Database; dataDir: string; siteId: string; personId: string }

/** `endedAt`: ms; null: it goes on. */
export async function plant(
  ground: Ground,
  name: string,
  endedAt: number | null = Date.now(),
): Promise<Planted> {
  const words: string[] = []
  const word = (where: string, between = '.') => {
    const made = ['canary', name, where, randomBytes(4).toString('hex')].join(between)
    words.push(made)
    return made
  }
  const ids = { visitorId: newId(), conversationId: newId(), callId: newId(), attachmentId: newId() }
  await plantVisitor(ground, ids, word)
  await plantTalk(ground, ids, word, endedAt)
  await plantCall(ground, ids, word, endedAt)
  await plantReview(ground, ids, word)
  await plantIndex(ground, ids, word)
  await plantDeeds(ground, ids, word)
  await plantFiles(ground, ids, word)
  return { ...ids, words }
}

type Ids = Omit<Planted, 'words'>
type Word = (where: string, between?: string) => string

async function plantVisitor(ground: Ground, { visitorId }: Ids, word: Word): Promise<void> {
  const { db, siteId } = ground
  // One word, so that others do not bear a part of it.
  const name = word('visitorName', '')
  await plantSearch(ground, name, word)
  await db
    .insertInto('visitor')
    .values({
      ...{ id: visitorId, site_id: siteId, name, email: word('email'), verified: true },
      ...{ external_id: word('external'), user_agent: word('agent') },
    })
    .execute()
  await db
    .insertInto('visitor_consent')
    .values({ visitor_id: visitorId, source: word('consent') })
    .execute()
  await db.insertInto('visitor_alias').values({ id: newId(), visitor_id: visitorId }).execute()
  const family = newId()
  await db
    .insertInto('push_subscription')
    .values({
      ...{ session_id: family, side: 'visitor', endpoint: word('endpoint'), p256dh: word('p256dh') },
      ...{ auth: word('auth'), locale: 'en', board: false },
    })
    .execute()
  const session = { id: newId(), family_id: family, visitor_id: visitorId, expires_at: new Date() }
  await db
    .insertInto('visitor_session')
    .values({ ...session, secret_hash: word('hash') })
    .execute()
}

/** A search for them by name that somebody keeps, and shares. */
async function plantSearch({ db, personId }: Ground, name: string, word: Word): Promise<void> {
  const [id, title] = [newId(), `${name} ${word('searchTitle')}`]
  const body = JSON.stringify({
    words: `refund ${name} ${word('searched')}`,
    alike: false,
    order: 'newest',
    filter: {},
  })
  await db
    .insertInto('saved_search')
    .values({ id, person_id: personId, name: title, shared: true, body })
    .execute()
  const deed = { action: 'created', kind: 'search', subjectId: id, before: null } as const
  const after = { name: `${title} ${word('searchNoted')}`, shared: true }
  await inTransaction(db, (trx) => writeAudit(trx, { personId, name: 'Ana' }, [{ ...deed, after }]))
}

/** Read back from a value that was compressed in its row, and from one that was too large for it. */
const easy = (words: string[]) => words.join('a'.repeat(4_000))
const hard = (words: string[]) =>
  words.join(Array.from({ length: 400 }, () => ` word${randomBytes(3).readUIntBE(0, 3) % 5_000}`).join(''))

async function plantTalk(ground: Ground, ids: Ids, word: Word, endedAt: number | null): Promise<void> {
  const { db, siteId, personId } = ground
  const { visitorId, conversationId } = ids
  const at = new Date(endedAt ?? Date.now())
  const state = JSON.stringify({ ...emptyState, waitingFor: word('state') })
  await db
    .insertInto('conversation')
    .values({
      ...{ id: conversationId, site_id: siteId, visitor_id: visitorId, state, visitor_state: state },
      ...{ phase: endedAt === null ? 'active' : 'ended', created_at: at, last_at: at },
      ended_at: endedAt === null ? null : at,
    })
    .execute()
  const texts = [
    word('text'),
    easy([word('easy1'), word('easy2'), word('easy3')]),
    hard([word('hard1'), word('hard2'), word('hard3')]),
  ]
  for (const [index, text] of texts.entries()) {
    const payload = JSON.stringify({ text })
    await db
      .insertInto('conversation_event')
      .values({
        ...{ conversation_id: conversationId, seq: index + 1, at, type: 'message', v: 1, payload },
        ...{ actor_kind: 'visitor', actor_name: word(`actor${index}`) },
      })
      .execute()
  }
  await db
    .insertInto('hidden_text')
    .values({ conversation_id: conversationId, seq: 1, text: word('hidden') })
    .execute()
  const note = { conversation_id: conversationId, person_id: personId }
  await db
    .insertInto('mention')
    .values({ ...note, at, by_name: word('mentioner'), seq: 1, text: word('mention') })
    .execute()
  await db
    .insertInto('wrap_up')
    .values({
      ...{ ...note, id: newId(), note: word('wrapUp'), disposition: word('disposition'), timed: false },
      ...{ started_at: at, deadline_at: at, ended_at: at },
    })
    .execute()
  const asked = { ...note, id: newId(), reason: word('askedReplay'), words: word('grantedReplay') }
  await db.insertInto('replay_request').values(asked).execute()
  await db
    .insertInto('clip')
    .values({
      ...{ ...note, id: newId(), code_hash: word('code'), password_hash: word('clipPassword') },
      ...{
        recipient: word('recipient'),
        by_name: word('sharer'),
        begins_at: at,
        ends_at: at,
        expires_at: at,
      },
    })
    .execute()
  await db.insertInto('read_mark').values({ conversation_id: conversationId, side: 'visitor' }).execute()
  const offer = { id: newId(), kind: 'chat', outcome: 'accepted', created_at: at, deadline_at: at }
  await db
    .insertInto('offer')
    .values({ ...note, ...offer })
    .execute()
  await db
    .insertInto('callback')
    .values({ conversation_id: conversationId, expires_at: at, here: false })
    .execute()
  const contact = {
    conversation_id: conversationId,
    medium: 'chat',
    kind: 'live',
    queued_at: at,
    left_at: at,
  }
  await db
    .insertInto('contact')
    .values({ ...contact, left_why: 'ended' })
    .execute()
}

async function plantReview({ db, personId }: Ground, { conversationId }: Ids, word: Word): Promise<void> {
  const [versionId, id] = [newId(), newId()]
  const json = (where: string) => JSON.stringify({ said: word(where) })
  await db
    .insertInto('scorecard_version')
    .values({ id: versionId, scorecard_id: newId(), number: 1, body: '{}', published_by: 'Ana' })
    .execute()
  await db
    .insertInto('assessment')
    .values({
      ...{ id, conversation_id: conversationId, agent_id: personId, reviewer_id: personId },
      ...{ version_id: versionId, purpose: 'review', state: 'submitted', summary: word('summary') },
      ...{ answers: json('answers'), notes: json('notes'), measured: json('measured') },
    })
    .execute()
  const mark = { id: newId(), assessment_id: id, at: new Date(), kind: 'comment' }
  await db
    .insertInto('assessment_mark')
    .values({ ...mark, text: word('mark') })
    .execute()
  const step = {
    id: newId(),
    assessment_id: id,
    person_id: personId,
    person_name: word('judge'),
    step: 'disputed',
  }
  await db
    .insertInto('assessment_step')
    .values({ ...step, words: word('dispute'), answers_before: json('answersBefore') })
    .execute()
}

/** As the indexer leaves it: words by block, and each once among all. */
async function plantIndex({ db }: Ground, { conversationId }: Ids, word: Word): Promise<void> {
  const at = new Date()
  const said = word('indexed')
  await sql`insert into search_line (conversation_id, kind, n, at, words)
    values (${conversationId}, 0, 1, ${at}, array_to_tsvector(${[`0:${word('lexeme')}`, `0:${said}`]}::text[]))`.execute(
    db,
  )
  await sql`insert into search_word (word, lines) values (${said}, 1)`.execute(db)
  const facets = [`tag:${word('facet')}`]
  await db
    .insertInto('search_fact')
    .values({
      conversation_id: conversationId,
      seq: 1,
      created_at: at,
      last_at: at,
      facets,
      length_ms: 1,
      call_ms: 1,
    })
    .execute()
}

async function plantCall(ground: Ground, ids: Ids, word: Word, endedAt: number | null): Promise<void> {
  const { db, personId } = ground
  const { conversationId, callId } = ids
  const at = new Date(endedAt ?? Date.now())
  await db
    .insertInto('call')
    .values({
      ...{ id: callId, conversation_id: conversationId, media: 'voice', asked_by: 'visitor' },
      ...{ asked_at: at, answered_at: at, ended_at: at, finalised_at: at, end_reason: 'hungUp' },
    })
    .execute()
  await db
    .insertInto('call_seat')
    .values({
      call_id: callId,
      seat_id: 'guest',
      kind: 'guest',
      joined_at: at,
      name: word('seat'),
      holder: word('tab'),
    })
    .execute()
  const segment = { id: newId(), call_id: callId, seat_id: 'visitor', source: 'mic', opened_at: at }
  await db.insertInto('segment').values(segment).execute()
  await db
    .insertInto('call_quality')
    .values({ call_id: callId, seat_id: 'visitor', at, jitter_ms: 1, loss: 0, mos: 4, rtt_ms: 9 })
    .execute()
  await plantSpoken(ground, ids, word, at)
  await db
    .insertInto('invitation')
    .values({
      ...{ id: newId(), call_id: callId, purpose: 'guest', name: word('guest'), note: word('invited') },
      ...{ by_id: personId, by_name: word('inviter'), created_at: at, deadline_at: at, outcome: 'withdrawn' },
      ...{ token_hash: word('token'), join_hash: word('join') },
    })
    .execute()
}

async function plantSpoken({ db, personId }: Ground, ids: Ids, word: Word, at: Date): Promise<void> {
  const talk = { conversation_id: ids.conversationId, n: 1 }
  const call = { call_id: ids.callId, seat_id: 'visitor', begin_at: at, end_at: at }
  await db
    .insertInto('transcript')
    .values({ call_id: ids.callId, conversation_id: ids.conversationId, state: 'done' })
    .execute()
  await db.insertInto('transcript_piece').values(call).execute()
  await db
    .insertInto('spoken_line')
    .values({
      ...{ ...talk, ...call, role: 'visitor', speaker: word('speaker'), text: word('spoken') },
      ...{ engine: 'whisper-1', indexed: true },
    })
    .execute()
  await db
    .insertInto('spoken_correction')
    .values({
      ...{ ...talk, id: newId(), by_id: personId, by_name: word('corrector') },
      text: word('correction'),
    })
    .execute()
}

async function plantDeeds({ db, personId }: Ground, ids: Ids, word: Word): Promise<void> {
  const by = { personId, name: 'Ana' }
  const { conversationId, visitorId } = ids
  const hold = { id: newId(), by_id: personId, conversation_id: conversationId, released_at: new Date() }
  await db
    .insertInto('legal_hold')
    .values({ ...hold, reason: word('hold') })
    .execute()
  const change = { action: 'supervised', kind: 'conversation', subjectId: conversationId } as const
  await inTransaction(db, (trx) =>
    writeAudit(trx, by, [{ ...change, before: null, after: { to: word('audit') } }]),
  )
  const deed = { action: 'exported', kind: 'visitorData', subjectId: visitorId } as const
  await writeDeed(db, by, { ...deed, reason: word('reason') })
}

async function plantFiles({ db, dataDir }: Ground, ids: Ids, word: Word): Promise<void> {
  const { visitorId, conversationId, callId, attachmentId } = ids
  const [files, recording] = [path.join(dataDir, 'attachments'), path.join(dataDir, 'recordings', callId)]
  await mkdir(files, { recursive: true })
  await mkdir(recording, { recursive: true })
  // As they lie once they are sealed, and as they lay before.
  for (const file of ['', '.webp', '.sealed', '.webp.sealed'].map((ending) => `${attachmentId}${ending}`))
    await writeFile(path.join(files, file), `bytes ${word('file')} bytes`)
  for (const file of ['audio.webm', 'replay.json', 'peaks'])
    await writeFile(path.join(recording, file), `sound ${word(file)} sound`)
  const sealed = path.join(dataDir, 'vault', callId, conversationId)
  await mkdir(sealed, { recursive: true })
  await writeFile(path.join(sealed, 'audio.webm'), `sealed ${word('sealed')} sealed`)
  await db
    .insertInto('stored_recording')
    .values({
      ...{ call_id: callId, generation: conversationId, key_id: 'test', files: '[]' },
      wrapped_key: Buffer.from(word('recordingKey')),
    })
    .execute()
  await db
    .insertInto('attachment')
    .values({
      ...{ id: attachmentId, visitor_id: visitorId, conversation_id: conversationId, bytes: 5 },
      ...{ name: word('fileName'), type: 'text/plain' },
      ...{ key_id: 'test', wrapped_key: Buffer.from(word('fileKey')) },
    })
    .execute()
}
