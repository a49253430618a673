import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as id } from 'uuid'
import { createBus } from '../bus.ts'
import { saveItem } from '../configuration/configuration.service.ts'
import { queueBody } from '../configuration/testing.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

type Staff = Awaited<ReturnType<TestApp['staff']>>
const get = (staff: Staff, route: string) =>
  fetch(`${app.url}/api/desk/voicemail/${route}`, {
    headers: { authorization: `Bearer ${staff.session.access}` },
  })

/** What the finaliser leaves. */
async function finalise(callId: string): Promise<void> {
  const folder = path.join(app.config.dataDir, 'recordings', callId)
  await mkdir(folder, { recursive: true })
  const audio = {
    ...{ file: 'audio.webm', bytes: 5, start: 0, durationMs: 1_000, peakMs: 20, peaks: [''], filler: [[]] },
    channels: [{ seatId: 'visitor', role: 'visitor' }],
  }
  const index = {
    version: 1,
    roomId: callId,
    startMs: 0,
    endMs: 1_000,
    audio,
    further: [],
    video: [],
    holes: [],
  }
  await writeFile(path.join(folder, 'replay.json'), JSON.stringify(index))
  await writeFile(path.join(folder, 'audio.webm'), 'sound')
  await writeFile(path.join(folder, 'journal.json'), 'secret')
}

it('a spoken message is for who may read its conversation, once it is finished, and nothing beside it', async () => {
  const admin = { kind: 'staff', personId: id(), name: 'Root', role: 'admin', queues: [] } as const
  const queueId = id()
  const body = queueBody({ name: 'Shop' })
  await saveItem({ db: app.db, bus: createBus() }, admin, { kind: 'queue', id: queueId, version: 0, body })
  const [inside, outside] = [await app.staff('In'), await app.staff('Out')]
  const profile = { teamId: null, skills: [], queues: [{ queueId, priority: 1 }], capacity: null }
  const item = { kind: 'profile' as const, id: inside.session.person.id, version: 0, body: profile }
  await saveItem({ db: app.db, bus: createBus() }, admin, item)
  await app.db.updateTable('site').set({ queue_id: queueId }).execute()
  const visitor = await app.visitor()
  const spoken = { conversationId: null, media: 'voice' as const, consent: { record: ['mic' as const] } }
  const { callId } = await visitor.request('voicemail.start', spoken)

  expect(await (await get(inside, callId)).json()).toEqual({ processing: true })
  const lost = (lost_at: Date | null) =>
    app.db
      .updateTable('call')
      .set({ lost_at, lost_why: lost_at && 'unfinished' })
      .where('id', '=', callId)
      .execute()
  await lost(new Date())
  expect(await (await get(inside, callId)).json()).toEqual({ processing: false, audio: null, video: null })
  await lost(null)
  const removed = (removed_at: Date | null) =>
    app.db
      .updateTable('call')
      .set({ removed_at, removed_by: removed_at && 'rule' })
      .where('id', '=', callId)
      .execute()
  await removed(new Date())
  expect(await (await get(inside, callId)).json()).toEqual({ processing: false, audio: null, video: null })
  await removed(null)
  await finalise(callId)
  expect(await (await get(inside, callId)).json()).toEqual({
    ...{ processing: false, video: null, audio: { url: `/api/desk/voicemail/${callId}/audio.webm` } },
  })
  const file = await get(inside, `${callId}/audio.webm`)
  expect([await file.text(), file.headers.get('content-type')]).toEqual(['sound', 'audio/webm'])
  const refused = [
    await get(outside, callId),
    await get(outside, `${callId}/audio.webm`),
    await get(inside, `${callId}/journal.json`),
    await get(inside, id()),
    await get(inside, 'nothing'),
  ]
  expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
  const [theirs, nobodys] = [await get(outside, callId), await get(outside, id())]
  expect(await theirs.text()).toBe(await nobodys.text())
  expect((await fetch(`${app.url}/api/desk/voicemail/${callId}`)).status).toBe(401)
})
