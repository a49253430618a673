/** Recordings as the media node leaves them, with the rows that belong to them, for tests. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { v7 as newId } from 'uuid'
import { emptyState } from '../conversation/conversation.ts'
import type { Database } from '../storage/database.ts'

type Ground = { db: Database; siteId: string; dataDir: string }

/** A call that is over and was recorded: two voices in `audio.webm`, and what `files` say beside it. */
export async function layRecording(
  { db, siteId, dataDir }: Ground,
  files: Record<string, string | Buffer>,
): Promise<{ callId: string; conversationId: string; folder: string }> {
  const [callId, conversationId, visitorId] = [newId(), newId(), newId()]
  const [at, state] = [new Date(), JSON.stringify(emptyState)]
  await db.insertInto('visitor').values({ id: visitorId, site_id: siteId }).execute()
  await db
    .insertInto('conversation')
    .values({
      ...{ id: conversationId, site_id: siteId, visitor_id: visitorId, state, visitor_state: state },
      ...{ phase: 'ended', created_at: at, last_at: at, ended_at: at },
    })
    .execute()
  await db
    .insertInto('call')
    .values({
      ...{ id: callId, conversation_id: conversationId, media: 'voice', asked_by: 'visitor' },
      ...{ asked_at: at, answered_at: at, ended_at: at, finalised_at: at, unstored: true },
    })
    .execute()
  await db
    .insertInto('segment')
    .values({ id: newId(), call_id: callId, seat_id: 'visitor', source: 'mic', opened_at: at })
    .execute()
  const folder = path.join(dataDir, 'recordings', callId)
  await mkdir(folder, { recursive: true })
  const index = JSON.stringify(indexOf(callId, Object.keys(files)))
  for (const [name, content] of Object.entries({ ...files, 'manifest.jsonl': '{}', 'replay.json': index }))
    await writeFile(path.join(folder, name), content)
  return { callId, conversationId, folder }
}

/** One that names these files as sound. */
export function indexOf(callId: string, files: string[]) {
  const about = { bytes: 10, start: 0, durationMs: 5, channels: [], peakMs: 100, peaks: [], filler: [] }
  const [audio = null, ...further] = files.map((file) => ({ file, ...about }))
  return { version: 1, roomId: callId, startMs: 1, endMs: 6, holes: [], video: [], audio, further }
}
