import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { accessRule, setRules } from '../access/testing.ts'
import { auditPage } from '../audit/audit.store.ts'
import type { ClipItem, ClipMade, ClipOpened } from '../contract/clip.ts'
import type { Failure } from '../contract/errors.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import { SHOWN_AFTER_MS } from '../contract/extent.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'
import { removeRows } from '../keeping/removal.store.ts'
import { inTransaction } from '../storage/database.ts'
import { MOST_TRIES } from './clip.store.ts'
import { addRecordedTalk, packetNumbers } from './testing.ts'

type Staff = Awaited<ReturnType<TestHttp['staff']>>
type Open = Extract<ClipOpened, { locked: false }>
let http: TestHttp
let [reviewer, agent] = [] as unknown as [Staff, Staff]
let talk: string
const begin = Date.UTC(2026, 0, 1)
const part = { from: begin + 4_000, to: begin + 7_000 }
const password = 'open sesame'

beforeAll(async () => {
  http = await startTestHttp()
  reviewer = await http.staff('reviewer')
  agent = await http.staff('agent')
  talk = await addTalk()
})
afterAll(() => http.close())

const addTalk = () => addRecordedTalk(http, begin)
const share = (more: object = {}, who = reviewer, id = talk) => {
  const json = { ...part, recipient: 'Bahram', days: 7, ...more }
  return http.send(`/api/replay/${id}/clips`, { method: 'POST', token: who.access, json })
}
const codeIn = async (answer: Response) => {
  const { url } = (await answer.json()) as ClipMade
  return url.slice(url.indexOf('#') + 1)
}
const made = async (more: object = {}) => codeIn(await share(more))
const open = (code: string, more: object = {}) =>
  http.send('/api/clip', { method: 'POST', json: { code, ...more } })
const opened = async (code: string, more: object = {}) => (await (await open(code, more)).json()) as Open
const listed = async () => {
  const answer = await http.send(`/api/replay/${talk}/clips`, { token: reviewer.access })
  return ((await answer.json()) as { clips: ClipItem[] }).clips
}
const media = (token: string, src: string) => http.send(`/api/clip/media/${src}`, { token })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code

describe('a clip', () => {
  it('shows what was written in its span and by whom, and nothing else of the conversation', async () => {
    const { handout } = await opened(await made())
    const written = handout.events.map(({ at, payload }) => [at - begin, payload])
    expect(written).toEqual([
      [5_000, { text: 'inside [bill.pdf]' }],
      [6_000, { text: 'and so' }],
    ])
    expect(handout.events[1]?.actor).toEqual({ kind: 'agent', id: '', name: 'Sara' })
    expect(handout).toMatchObject({ span: part, visitor: null, files: {}, pictures: [] })
    expect(handout.mark).toMatchObject({ by: 'The reviewer', for: 'Bahram' })
    expect(handout.holes).toEqual([{ from: begin + 6_500, to: part.to, reason: 'paused' }])
    expect(JSON.stringify(handout)).not.toMatch(new RegExp(`secret|Ada|note|${talk}`))
  })

  it('has the sound of its span and no more, which says in itself who gave it to whom', async () => {
    const { token, handout } = await opened(await made())
    const [sound] = handout.sounds
    expect(sound).toEqual({ src: '0', ...part, leads: true })
    const answer = await media(token, '0')
    expect(answer.headers.get('content-type')).toBe('audio/webm')
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(bytes).toHaveLength(Number(answer.headers.get('content-length')))
    expect(String(bytes)).toContain('Shared by The reviewer for Bahram')
    expect(await packetNumbers(bytes)).toEqual(Array.from({ length: 150 }, (_, n) => 200 + n))
    for (const src of ['1', '-1', 'x', '999']) expect((await media(token, src)).status).toBe(404)
    expect((await http.send('/api/clip/media/0')).status).toBe(401)
    expect((await media(reviewer.access, '0')).status).toBe(401)
  })

  it('is one entry of the log for each viewing, beside who made it, for whom and how long', async () => {
    const id = await addTalk()
    const code = await codeIn(await share({}, reviewer, id))
    const { token } = await opened(code)
    await media(token, '0')
    await opened(code)
    const { entries } = await auditPage(http.db, { subject: id })
    expect(entries.map(({ action, person, reason }) => [action, person.name, reason])).toEqual([
      ['viewed', 'Bahram', null],
      ['viewed', 'Bahram', null],
      ['shared', 'The reviewer', 'Bahram'],
    ])
    const [viewed, , shared] = entries
    expect(viewed?.facts).toEqual({ clip: shared?.facts?.['clip'], ...part })
  })

  it('is stored by the hash of its code alone', async () => {
    const code = await made()
    const { rows } = { rows: await http.db.selectFrom('clip').selectAll().execute() }
    expect(code).toMatch(/^[\w-]{43}$/)
    expect(JSON.stringify(rows)).not.toContain(code)
  })
})

describe('a clip is no more', () => {
  const none = async () => (await open('x'.repeat(43))).text()
  const isGone = async (code: string, token: string) => {
    expect(await (await open(code)).text()).toBe(await none())
    expect((await media(token, '0')).status).toBe(404)
  }

  it('when it is revoked: for whoever is looking, too', async () => {
    const code = await made({ recipient: 'Revoked' })
    const { token } = await opened(code)
    const clip = (await listed()).find(({ recipient }) => recipient === 'Revoked')
    expect(clip).toMatchObject({ state: 'open', views: 1, password: false, by: 'The reviewer', ...part })
    const revoke = (who: Staff, id = talk) =>
      http.send(`/api/replay/${id}/clips/${clip?.id}`, { method: 'DELETE', token: who.access })
    expect(await codeOf(await revoke(agent))).toBe('notAllowed')
    expect((await revoke(reviewer, await addTalk())).status).toBe(404)
    expect((await revoke(reviewer)).status).toBe(200)
    expect((await revoke(reviewer)).status).toBe(404)
    await isGone(code, token)
    expect((await listed()).find(({ id }) => id === clip?.id)?.state).toBe('revoked')
  })

  it('when who shared it is nobody here any more', async () => {
    const leaving = await http.staff('supervisor')
    const code = await codeIn(await share({}, leaving))
    const { token } = await opened(code)
    await http.db.updateTable('person').set({ disabled: true }).where('id', '=', leaving.person.id).execute()
    await isGone(code, token)
  })

  it('when who shared it may not hear it any more', async () => {
    const id = await addTalk()
    const code = await codeIn(await share({}, reviewer, id))
    const { token } = await opened(code)
    await setRules(http.db, [accessRule({ askFrom: 'sensitive' })])
    expect((await open(code)).status).toBe(200)
    await http.db.updateTable('conversation').set({ sensitivity: 1 }).where('id', '=', id).execute()
    await isGone(code, token)
    await setRules(http.db, [accessRule({ roles: ['reviewer', 'supervisor', 'admin'] })])
  })

  it('when who shared it may share no more, though the conversation was theirs and they may hear it', async () => {
    const maker = await http.staff('supervisor')
    const id = await addTalk()
    const theirs = { agent_ids: [maker.person.id] }
    await http.db.updateTable('conversation').set(theirs).where('id', '=', id).execute()
    const code = await codeIn(await share({}, maker, id))
    const { token } = await opened(code)
    await setRules(http.db, [accessRule({ roles: ['agent', 'reviewer', 'supervisor', 'admin'] })])
    await http.db.updateTable('person').set({ role: 'agent' }).where('id', '=', maker.person.id).execute()
    await isGone(code, token)
    await setRules(http.db, [accessRule({ roles: ['reviewer', 'supervisor', 'admin'] })])
  })

  it('when its conversation is erased', async () => {
    const id = await addTalk()
    const code = await codeIn(await share({}, reviewer, id))
    const { token } = await opened(code)
    await inTransaction(http.db, (trx) => removeRows(trx, 'conversation', { id, job: newId() }))
    await isGone(code, token)
    expect(await http.db.selectFrom('clip').select('id').where('conversation_id', '=', id).execute()).toEqual(
      [],
    )
  })
})

describe('a password', () => {
  it('is asked for before anything is shown, and a wrong one shows nothing', async () => {
    const code = await made({ password })
    expect(await (await open(code)).json()).toEqual({ locked: true })
    expect(await codeOf(await open(code, { password: 'open barley' }))).toBe('notAllowed')
    expect((await opened(code, { password })).handout.span).toEqual(part)
    expect(await codeOf(await share({ password: 'short' }))).toBe('badInput')
  })

  it('may be tried so often and then no more, not even by who knows it', async () => {
    const code = await made({ password, recipient: 'Tried' })
    const tries = await Promise.all(
      Array.from({ length: MOST_TRIES + 3 }, async () => (await open(code, { password: 'wrong!' })).status),
    )
    expect(tries.filter((status) => status === 403)).toHaveLength(MOST_TRIES)
    expect((await open(code, { password })).status).toBe(404)
    expect((await listed()).find(({ recipient }) => recipient === 'Tried')?.state).toBe('locked')
  })
})

describe('sharing', () => {
  it('is for who may, of a part that is one, and tells nothing of what is not there', async () => {
    expect(await codeOf(await share({}, agent))).toBe('notAllowed')
    expect(await codeOf(await share({}, reviewer, newId()))).toBe('notFound')
    expect(await codeOf(await share({ to: part.from }))).toBe('badInput')
    expect(await codeOf(await share({ to: part.from + 10 * 60_000 + 1 }))).toBe('badInput')
    expect(await codeOf(await share({ recipient: '' }))).toBe('badInput')
    expect(await codeOf(await share({ days: 91 }))).toBe('badInput')
  })

  it('is of what has happened, also while the conversation goes on', async () => {
    const id = await addTalk()
    const fieldOf = async (span: { from: number; to: number }) => {
      const answer = await share(span, reviewer, id)
      return answer.status === 201 ? null : ((await answer.json()) as Failure).detail
    }
    const last = begin + 10_000 + SHOWN_AFTER_MS
    expect(await fieldOf({ from: begin, to: last })).toBeNull()
    expect(await fieldOf({ from: begin - 1, to: last })).toEqual({ reason: 'invalid', field: 'from' })
    expect(await fieldOf({ from: begin, to: last + 1 })).toEqual({ reason: 'invalid', field: 'to' })
    await http.db.updateTable('conversation').set({ phase: 'active' }).where('id', '=', id).execute()
    const now = await clockOf(http.db)
    expect(await fieldOf({ from: now - 60_000, to: now })).toBeNull()
    expect(await fieldOf({ from: now - 60_000, to: now + 60_000 })).toEqual({
      reason: 'invalid',
      field: 'to',
    })
    expect(await fieldOf({ from: now + 60_000, to: now + 90_000 })).toEqual({
      reason: 'invalid',
      field: 'from',
    })
  })
})

it('a clip is over when its time is', async () => {
  const code = await made({ days: 1, recipient: 'Late' })
  http.advance(86_400_000 - 60_000)
  expect((await open(code)).status).toBe(200)
  http.advance(60_000)
  expect((await open(code)).status).toBe(404)
})
