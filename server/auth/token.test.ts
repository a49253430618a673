import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import jwt from 'jsonwebtoken'
import { createTokens } from './token.ts'

const secret = 'a'.repeat(40)
let time = Date.UTC(2026, 5, 1)
const tokens = createTokens(secret, () => time)
const ids = {
  personId: '01890000-0000-7000-8000-000000000001',
  sessionId: '01890000-0000-7000-8000-000000000002',
  secretId: '01890000-0000-7000-8000-000000000003',
}
const good = () => tokens.signDesk({ ...ids, by: 'link' })
const claims = () => ({
  sub: ids.personId,
  sid: ids.sessionId,
  rid: ids.secretId,
  by: 'link',
  aud: 'desk',
  iat: time / 1000,
  exp: time / 1000 + 60,
})
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const hs256 = (head: unknown, body: unknown, key: string) => {
  const text = `${part(head)}.${part(body)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

describe('access tokens', () => {
  it('name who holds them until their time is over', () => {
    const token = good()
    expect(tokens.verifyDesk(token)).toEqual({ ...ids, by: 'link' })
    time += 10 * 60_000 - 1_000
    expect(tokens.verifyDesk(token)).toMatchObject(ids)
    time += 2_000
    expect(() => tokens.verifyDesk(token)).toThrow(expect.objectContaining({ code: 'signInNeeded' }))
  })

  it.each([
    ['nothing', () => ''],
    ['rubbish', () => 'a.b.c'],
    ['alg none', () => `${part({ alg: 'none', typ: 'JWT' })}.${part(claims())}.`],
    ['alg None with a signature', () => hs256({ alg: 'None' }, claims(), secret)],
    ['another key', () => jwt.sign(claims(), 'b'.repeat(40))],
    ['the empty key', () => hs256({ alg: 'HS256' }, claims(), '')],
    ['a longer hash', () => jwt.sign(claims(), secret, { algorithm: 'HS512' })],
    [
      'a key named by the token',
      () => hs256({ alg: 'HS256', kid: '/dev/null', jwk: { k: '' } }, claims(), ''),
    ],
    ['another audience', () => tokens.signMedia(ids)],
    ['no audience', () => jwt.sign({ ...claims(), aud: undefined }, secret)],
    ['no secret', () => jwt.sign({ ...claims(), rid: undefined }, secret)],
    ['no session', () => jwt.sign({ ...claims(), sid: undefined }, secret)],
    ['a role nobody gave', () => jwt.sign({ ...claims(), by: 'god' }, secret)],
    ['a changed body', () => good().replace(/\.[^.]+\./, `.${part({ ...claims(), sub: ids.sessionId })}.`)],
    ['one that begins later', () => jwt.sign({ ...claims(), nbf: time / 1000 + 60 }, secret)],
    ['a hundred thousand characters', () => 'a'.repeat(100_000)],
  ])('refuse %s', (_what, make) => {
    expect(() => tokens.verifyDesk(make())).toThrow(expect.objectContaining({ code: 'signInNeeded' }))
  })

  it('of visitors and staff are no use in each other’s place', () => {
    const { personId, ...given } = ids
    const visitor = tokens.signVisitor({ visitorId: personId, siteId: personId, ...given })
    expect(() => tokens.verifyDesk(visitor)).toThrow(expect.objectContaining({ code: 'signInNeeded' }))
    expect(() => tokens.verifyVisitor(good())).toThrow(expect.objectContaining({ code: 'signInNeeded' }))
    expect(() => tokens.verifyMedia(good())).toThrow(expect.objectContaining({ code: 'signInNeeded' }))
  })
})
