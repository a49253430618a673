/** A conversation with a call whose every packet of sound says which it is. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { v7 as newId } from 'uuid'
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import { joinStreams, splitStreams } from '../../sfu/recording/opus.ts'
import { packetsIn } from '../../sfu/recording/raw-reader.ts'
import { SeekableFile } from '../../sfu/recording/seekable-file.ts'
import { codedOpus, readCodedOpus } from '../../sfu/testing/coded-media.ts'
import { emptyState } from '../conversation/conversation.ts'
import type { TestHttp } from '../http/testing.ts'

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

/** Which packets of 20 ms are in a cut. */
export async function packetNumbers(bytes: Buffer): Promise<(number | undefined)[]> {
  const numbers: (number | undefined)[] = []
  for await (const { data } of packetsIn(chunks(bytes)))
    numbers.push(readCodedOpus(splitStreams(data)?.[0] ?? data)?.number)
  return numbers
}

export async function addRecordedTalk(http: TestHttp, begin: number): Promise<string> {
  const [id, callId] = [newId(), newId()]
  const { visitorId } = http.tokens.verifyVisitor((await http.visitor()).access)
  await http.db.updateTable('visitor').set({ name: 'Ada' }).where('id', '=', visitorId).execute()
  const at = new Date(begin)
  const end = new Date(begin + 10_000)
  const state = JSON.stringify(emptyState)
  await http.db
    .insertInto('conversation')
    .values({
      ...{ id, site_id: http.site.id, visitor_id: visitorId, phase: 'ended', created_at: at, last_at: end },
      ...{ state, visitor_state: state },
    })
    .execute()
  const file = { id: newId(), name: 'bill.pdf', type: 'application/pdf', bytes: 5 }
  const lines: [number, string, object][] = [
    [3_000, 'message', { text: 'a secret before' }],
    [5_000, 'message', { text: 'inside', attachments: [file] }],
    [5_500, 'note', { text: 'a secret note' }],
    [6_000, 'message', { text: 'and so' }],
    [7_500, 'message', { text: 'a secret after' }],
  ]
  for (const [index, [after, type, payload]] of lines.entries()) {
    const by = after === 6_000 ? 'agent' : 'visitor'
    await http.db
      .insertInto('conversation_event')
      .values({
        ...{
          conversation_id: id,
          seq: index + 1,
          visitor_seq: type === 'note' ? null : index + 1,
          type,
          v: 1,
        },
        ...{ actor_kind: by, actor_name: by === 'agent' ? 'Sara' : null, payload: JSON.stringify(payload) },
        ...{ actor_id: by === 'agent' ? newId() : null, at: new Date(begin + after) },
      })
      .execute()
  }
  await http.db
    .insertInto('call')
    .values({
      ...{ id: callId, conversation_id: id, media: 'voice', asked_by: 'visitor', asked_at: at },
      ...{ answered_at: at, ended_at: end },
    })
    .execute()
  const segment = {
    id: newId(),
    call_id: callId,
    seat_id: 'visitor',
    source: 'mic',
    opened_at: at,
    closed_at: end,
  }
  await http.db.insertInto('segment').values(segment).execute()
  await addRecording(path.join(http.config.dataDir, 'recordings', callId), { callId, begin })
  return id
}

/** Ten seconds, paused from 6.5 on. */
async function addRecording(
  folder: string,
  { callId, begin }: { callId: string; begin: number },
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const sound = await SeekableFile.create(path.join(folder, 'audio.webm'), { kind: 'sound' })
  for (let n = 0; n < 500; n++) {
    const side = (voice: number) => ({ toc: 0xf8, frames: [codedOpus(n, voice).subarray(1)] })
    await sound.add({ data: joinStreams(side(0), side(1)), key: true, atMs: n * 20, lastsMs: 20 })
  }
  await sound.finish(10_000)
  await sound.close()
  const index: ReplayIndex = {
    ...{ version: 1, roomId: callId, startMs: begin, endMs: begin + 10_000, video: [] },
    ...{ further: [], asides: [] },
    holes: [{ from: 6_500, to: 9_000, reason: 'paused' }],
    audio: {
      ...{ file: 'audio.webm', bytes: 1, start: 0, durationMs: 10_000, peakMs: 100, peaks: [], filler: [] },
      channels: [
        { seatId: 'visitor', role: 'visitor' },
        { seatId: 'agent', role: 'agent' },
      ],
    },
  }
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(index))
}
