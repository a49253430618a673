import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { Failure } from '../contract/errors.ts'
import type { Reply } from '../contract/reply.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startTestHttp()
})
afterAll(() => http.close())

const body = { name: 'Greeting', folder: 'First words', language: 'en', text: 'Hello {visitor.name}' }
const list = async (token: string) =>
  ((await (await http.send('/api/desk/replies', { token })).json()) as { replies: Reply[] }).replies
const put = (token: string, id: string, json: unknown = body) =>
  http.send(`/api/desk/replies/${id}`, { method: 'PUT', token, json })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code

describe('canned replies', () => {
  it('are one’s own and everybody’s; what is mine nobody else sees, changes or removes', async () => {
    const [admin, me, other] = await Promise.all(
      (['supervisor', 'agent', 'agent'] as const).map(async (role) => (await http.staff(role)).access),
    )
    if (!admin || !me || !other) throw new Error('nobody')
    const [mine, shared] = [newId(), newId()]
    expect((await put(me, mine)).status).toBe(200)
    const save = (json: unknown, token = admin) =>
      http.send(`/api/desk/configuration/cannedReply/${shared}`, { method: 'PUT', token, json })
    expect((await save({ version: 0, body }, me)).status).toBe(403)
    expect((await save({ version: 0, body })).status).toBe(200)
    expect(await list(me)).toEqual([
      { ...body, id: mine, own: true },
      { ...body, id: shared, own: false },
    ])
    expect((await list(other)).map(({ id }) => id)).toEqual([shared])
    expect(await codeOf(await put(other, mine))).toBe('conflict')
    await http.send(`/api/desk/replies/${mine}`, { method: 'DELETE', token: other })
    expect((await put(me, mine, { ...body, language: null })).status).toBe(200)
    expect((await list(me))[0]).toMatchObject({ id: mine, language: null })
    expect((await http.send(`/api/desk/replies/${mine}`, { method: 'DELETE', token: me })).status).toBe(200)
    expect((await list(me)).map(({ id }) => id)).toEqual([shared])
  })

  it('of everybody have one name in a folder and language, and the same in others', async () => {
    const { access: token } = await http.staff('admin')
    const save = (over: object) => {
      const json = { version: 0, body: { ...body, name: 'Twice', ...over } }
      return http.send(`/api/desk/configuration/cannedReply/${newId()}`, { method: 'PUT', token, json })
    }
    expect((await save({})).status).toBe(200)
    expect(await codeOf(await save({ name: ' twice ' }))).toBe('conflict')
    expect((await save({ language: 'fa' })).status).toBe(200)
    expect((await save({ folder: '' })).status).toBe(200)
  })

  it('stand in folders within folders, whichever way those are written', async () => {
    const { access } = await http.staff('agent')
    const id = newId()
    expect((await put(access, id, { ...body, folder: ' Delivery / Late orders // ' })).status).toBe(200)
    expect(await list(access)).toContainEqual(expect.objectContaining({ id, folder: 'Delivery/Late orders' }))
  })

  it.each<[string, unknown]>([
    ['no text', { ...body, text: '' }],
    ['a name too long', { ...body, name: 'x'.repeat(81) }],
    ['folders too deep', { ...body, folder: 'a/b/c/d/e/f' }],
    ['no language of its own', { ...body, language: 'English' }],
  ])('are refused with %s', async (_, json) => {
    const { access } = await http.staff('agent')
    expect(await codeOf(await put(access, newId(), json))).toBe('badInput')
  })

  it('are not for who does not answer', async () => {
    const { access } = await http.staff('reviewer')
    expect((await http.send('/api/desk/replies', { token: access })).status).toBe(403)
    expect((await put(access, newId())).status).toBe(403)
  })
})
