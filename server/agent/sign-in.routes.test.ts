import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import type { Failure } from '../contract/errors.ts'
import type { DeskSession } from '../contract/http.ts'
import { cookiesOf, startTestHttp, type TestHttp } from '../http/testing.ts'
import { createLink } from './person.service.ts'
import { insertPerson } from './person.store.ts'

let http: TestHttp
let now: () => Date
beforeAll(async () => {
  http = await startTestHttp()
})
beforeEach(() => {
  now = () => new Date()
  http.told.signedOut.length = 0
})
afterAll(() => http.close())

const PASSWORD = 'correct horse battery'
const signIn = (json: unknown) => http.send('/api/desk/sign-in', { method: 'POST', json })
const renew = (secret = '') =>
  http.send('/api/desk/session', { method: 'POST', cookie: `parley_session=${secret}` })
const signOut = (secret = '') =>
  http.send('/api/desk/session', { method: 'DELETE', cookie: `parley_session=${secret}` })
const setPassword = (token: string, json: unknown) =>
  http.send('/api/desk/password', { method: 'POST', token, json })
const people = (token: string) => http.send('/api/desk/people', { token })
const codeOf = async (answer: Response) => ((await answer.json()) as Failure).code
const secretOf = (answer: Response) => cookiesOf(answer).get('parley_session') ?? ''

async function newPerson(): Promise<{ id: string; login: string; link: string }> {
  const login = `Ana-${newId()}@Shop.example`
  const person = await insertPerson(http.db, {
    id: newId(),
    login,
    name: 'Ana',
    role: 'supervisor',
    demo: false,
  })
  const id = person?.id ?? ''
  return {
    id,
    login,
    link: (await createLink(http.db, { now, config: http.config }, id)).split('#link=')[1] ?? '',
  }
}

describe('a one-time link', () => {
  it('signs in once, with cookies that scripts cannot read and other sites cannot send', async () => {
    const { link, id } = await newPerson()
    const answer = await signIn({ link })
    expect(((await answer.json()) as DeskSession).person).toEqual({
      id,
      name: 'Ana',
      role: 'supervisor',
      locale: 'en',
    })
    const set = answer.headers.getSetCookie()
    expect(set.map((line) => line.replace(/=[^;]+;/, '=;'))).toEqual([
      expect.stringMatching(
        /^parley_session=; Max-Age=43200; Path=\/api\/desk\/session; .*HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^parley_media=; Max-Age=43200; Path=\/api\/replay; .*HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^parley_media=; Max-Age=43200; Path=\/api\/desk\/attachments; .*HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^parley_media=; Max-Age=43200; Path=\/api\/desk\/voicemail; .*HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^parley_media=; Max-Age=43200; Path=\/api\/desk\/exports; .*HttpOnly; SameSite=Strict$/,
      ),
    ])
    expect(await codeOf(await signIn({ link }))).toBe('signInNeeded')
  })

  it('is good for one of many who use it at once', async () => {
    const { link } = await newPerson()
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn({ link })))
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  })

  it('is over after fifteen minutes', async () => {
    now = () => new Date(Date.now() - 15 * 60_000 - 1_000)
    expect(await codeOf(await signIn({ link: (await newPerson()).link }))).toBe('signInNeeded')
  })
})

describe('a password', () => {
  it('is set after a link, then signs in, whatever the case of the login', async () => {
    const { link, login } = await newPerson()
    const { access } = (await (await signIn({ link })).json()) as DeskSession
    expect((await setPassword(access, { password: PASSWORD })).status).toBe(204)
    expect((await signIn({ login: login.toUpperCase(), password: PASSWORD })).status).toBe(200)
  })

  it('answers a wrong password, an unknown login and a person without password alike', async () => {
    const { login } = await newPerson()
    const answers = await Promise.all([
      signIn({ login, password: PASSWORD }),
      signIn({ login: 'nobody@shop.example', password: PASSWORD }),
      signIn({ login: "' or 1=1 --", password: PASSWORD }),
    ])
    const texts = await Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`))
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('signInNeeded')
  })

  it('change ends every other session but not this one, and needs the old one unless a link has just been used', async () => {
    const { link, login, id } = await newPerson()
    const { access } = (await (await signIn({ link })).json()) as DeskSession
    await setPassword(access, { password: PASSWORD })
    const other = await signIn({ login, password: PASSWORD })
    const { access: otherAccess } = (await other.json()) as DeskSession
    const mine = await signIn({ login, password: PASSWORD })
    const { access: myAccess } = (await mine.json()) as DeskSession
    expect(await codeOf(await setPassword(myAccess, { password: 'another long one' }))).toBe('notAllowed')
    expect(
      await codeOf(await setPassword(myAccess, { password: 'another long one', current: 'wrong' })),
    ).toBe('notAllowed')
    expect(await codeOf(await setPassword(myAccess, { password: 'short', current: PASSWORD }))).toBe(
      'badInput',
    )
    expect((await setPassword(myAccess, { password: 'another long one', current: PASSWORD })).status).toBe(
      204,
    )
    expect(await codeOf(await people(otherAccess))).toBe('signInNeeded')
    expect(await codeOf(await renew(secretOf(other)))).toBe('signInNeeded')
    expect((await people(myAccess)).status).toBe(200)
    expect((await renew(secretOf(mine))).status).toBe(200)
    expect(http.told.signedOut.map(([person]) => person)).toContain(id)
  })

  it('is refused without being looked at after five wrong ones from one address, and only for that login', async () => {
    const { link, login } = await newPerson()
    const { access } = (await (await signIn({ link })).json()) as DeskSession
    await setPassword(access, { password: PASSWORD })
    const wrong = await Promise.all(Array.from({ length: 7 }, () => signIn({ login, password: 'wrong' })))
    const codes = await Promise.all(wrong.map(codeOf))
    expect(codes.filter((code) => code === 'signInNeeded')).toHaveLength(5)
    const refused = await signIn({ login, password: PASSWORD })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60)
    expect(((await refused.json()) as Failure).retryAfterMs).toBeGreaterThan(60_000)
    const { link: other } = await newPerson()
    expect((await signIn({ link: other })).status).toBe(200)
  })
})

describe('an office behind one address', () => {
  it('from which a machine tries passwords of others still gets in by links', async () => {
    const office = await startTestHttp({ rates: { signInAddress: { points: 10, seconds: 900 } } })
    const send = (json: unknown) => office.send('/api/desk/sign-in', { method: 'POST', json })
    const wrong = (n: number) => send({ login: `other-${n}@shop.example`, password: 'wrong' })
    const codes = await Promise.all(Array.from({ length: 12 }, async (_, n) => codeOf(await wrong(n))))
    expect(codes.filter((code) => code === 'tooMany')).toHaveLength(2)
    const entered = {
      id: newId(),
      login: 'ana@shop.example',
      name: 'Ana',
      role: 'agent',
      demo: false,
    } as const
    await insertPerson(office.db, entered)
    const address = await createLink(office.db, { now, config: office.config }, entered.id)
    expect((await send({ link: address.split('#link=')[1] })).status).toBe(200)
    await office.close()
  })
})

describe('a desk session', () => {
  it('goes on by its cookie and ends with sign-out, tokens and all', async () => {
    const { link, id } = await newPerson()
    const first = await signIn({ link })
    const second = await renew(secretOf(first))
    const { access } = (await second.json()) as DeskSession
    expect((await people(access)).status).toBe(200)
    const out = await signOut(secretOf(second))
    expect(out.status).toBe(204)
    expect([...cookiesOf(out).values()].join('')).toBe('')
    expect(await codeOf(await people(access))).toBe('signInNeeded')
    expect(await codeOf(await renew(secretOf(second)))).toBe('signInNeeded')
    expect(http.told.signedOut).toEqual([[id, [http.tokens.verifyDesk(access).sessionId]]])
    expect((await signOut(secretOf(second))).status).toBe(204)
    expect((await signOut()).status).toBe(204)
    expect(http.told.signedOut).toHaveLength(1)
  })

  it('ends for thief and owner when a used secret comes back', async () => {
    const { link, id } = await newPerson()
    const first = await signIn({ link })
    const second = await renew(secretOf(first))
    const third = await renew(secretOf(second))
    expect(await codeOf(await renew(secretOf(first)))).toBe('signInNeeded')
    expect(await codeOf(await renew(secretOf(third)))).toBe('signInNeeded')
    expect(http.told.signedOut.map(([person]) => person)).toEqual([id])
  })

  it('is not there for who has no cookie, which is no failure', async () => {
    const answer = await renew()
    expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([204, '', []])
  })

  it.each(['x', 'a'.repeat(5_000)])('is not made by the cookie %.10s', async (secret) => {
    expect(await codeOf(await renew(secret))).toBe('signInNeeded')
  })

  it('is not renewed by a page of another origin', async () => {
    const { link } = await newPerson()
    const cookie = `parley_session=${secretOf(await signIn({ link }))}`
    const init = { method: 'POST', cookie, headers: { origin: 'https://evil.example' } }
    expect((await http.send('/api/desk/session', init)).status).toBe(403)
    expect((await http.send('/api/desk/session', { ...init, headers: { origin: http.url } })).status).toBe(
      200,
    )
  })
})
