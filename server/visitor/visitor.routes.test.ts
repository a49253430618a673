import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { hmac } from '../auth/secret.ts'
import type { Identified, VisitorCode, VisitorSession } from '../contract/http.ts'
import { startTestHttp, type TestHttp } from '../http/testing.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startTestHttp()
})
afterAll(() => http.close())

const session = (json: unknown, headers: Record<string, string> = {}) =>
  http.send('/api/visitor/session', { method: 'POST', json, headers })
const identify = async (token: string, json: unknown) =>
  http.send('/api/visitor/identify', { method: 'POST', token, json })
const sign = (id: string) => hmac(http.site.secret, id).toString('hex')
const idOf = (access: string) => http.tokens.verifyVisitor(access).visitorId

describe('a visitor session', () => {
  it('makes a stranger a visitor of the site and says what the panel needs', async () => {
    const made = await http.visitor()
    expect(made).toMatchObject({
      visitor: { name: null, verified: false },
      site: { key: http.site.config.key },
    })
    expect(http.tokens.verifyVisitor(made.access)).toMatchObject({ siteId: http.site.id })
    expect(JSON.stringify(made)).not.toContain(http.site.secret)
  })

  it('knows the visitor again by the renewal secret, which changes each time', async () => {
    const first = await http.visitor()
    const second = await http.visitor(first.renewal)
    expect(idOf(second.access)).toBe(idOf(first.access))
    expect(second.renewal).not.toBe(first.renewal)
  })

  it('gives two tabs that present one secret at once the same successor', async () => {
    const first = await http.visitor()
    const [a, b] = await Promise.all([http.visitor(first.renewal), http.visitor(first.renewal)])
    expect(a.renewal).toBe(b.renewal)
    expect(idOf(a.access)).toBe(idOf(b.access))
  })

  it('ends the whole family when a used secret comes back after its successor was used', async () => {
    const first = await http.visitor()
    const second = await http.visitor(first.renewal)
    const third = await http.visitor(second.renewal)
    const thief = await http.visitor(first.renewal)
    expect(idOf(thief.access)).not.toBe(idOf(first.access))
    expect(idOf((await http.visitor(third.renewal)).access)).not.toBe(idOf(first.access))
    expect((await identify(third.access, { id: 'x' })).status).toBe(401)
    expect(http.told.revoked).toEqual([http.tokens.verifyVisitor(first.access).sessionId])
  })

  it('forgives an answer that was lost, and ends the family when that answer turns up after all', async () => {
    const first = await http.visitor()
    const lost = await http.visitor(first.renewal)
    http.advance(10 * 60_000)
    const again = await http.visitor(first.renewal)
    expect(idOf(again.access)).toBe(idOf(first.access))
    expect((await identify(again.access, { id: 'x' })).status).toBe(200)
    expect((await identify(lost.access, { id: 'x' })).status).toBe(401)
    expect(idOf((await http.visitor(lost.renewal)).access)).not.toBe(idOf(first.access))
    expect((await identify(again.access, { id: 'x' })).status).toBe(401)
    expect(http.told.revoked.at(-1)).toBe(http.tokens.verifyVisitor(first.access).sessionId)
  })

  it('forgets the visitor after thirty days', async () => {
    const first = await http.visitor()
    const before = idOf(first.access)
    http.advance(30 * 86_400_000 + 1_000)
    expect(idOf((await http.visitor(first.renewal)).access)).not.toBe(before)
  })

  it('does not carry a visitor from one site to another', async () => {
    const { demoSiteKey } = await import('../agent/demo.service.ts')
    const first = await http.visitor()
    const other = await session({ site: demoSiteKey(http.config), renewal: first.renewal })
    expect(idOf(((await other.json()) as VisitorSession).access)).not.toBe(idOf(first.access))
  })

  it('refuses an unknown site and a foreign origin', async () => {
    expect((await session({ site: 'nobody' })).status).toBe(404)
    const foreign = await session({ site: http.site.config.key }, { origin: 'https://shop.example' })
    expect(foreign.status).toBe(403)
    expect((await session({ site: http.site.config.key }, { origin: http.url })).status).toBe(200)
    expect((await session({ site: http.site.config.key }, { origin: 'null' })).status).toBe(403)
  })
})

describe('a secret that the shop’s cookie carried', () => {
  const letCarry = (domain: string | null) =>
    http.db.updateTable('site').set({ cookie_domain: domain }).where('id', '=', http.site.id).execute()
  const come = async (input: { renewal?: string; carried?: string }) =>
    (await (await session({ site: http.site.config.key, ...input })).json()) as VisitorSession
  const windowOf = async (token: string) => {
    const sent = await http.send('/api/visitor/code', { method: 'POST', token })
    const { code, window: name } = (await sent.json()) as VisitorCode
    const { access, renewal } = await come({ renewal: code })
    expect(http.tokens.verifyVisitor(access).sessionId).toBe(name)
    return { name, renewal }
  }
  beforeAll(() => letCarry('shop.test'))
  afterAll(() => letCarry(null))

  it('brings the visitor to a browser’s place that knows nobody', async () => {
    const first = await http.visitor()
    const there = await come({ carried: first.renewal })
    expect(idOf(there.access)).toBe(idOf(first.access))
    expect(there.site.cookieDomain).toBe('shop.test')
  })

  it('is taken for its predecessor, which was used elsewhere, and no family ends', async () => {
    const first = await http.visitor()
    const elsewhere = await come({ carried: first.renewal })
    expect((await identify(elsewhere.access, { id: 'x' })).status).toBe(200)
    const back = await come({ renewal: first.renewal, carried: elsewhere.renewal })
    expect(idOf(back.access)).toBe(idOf(first.access))
    expect(http.told.revoked).not.toContain(http.tokens.verifyVisitor(first.access).sessionId)
  })

  it('never replaces a visitor by somebody else, whose secret was planted', async () => {
    const [own, planted] = [await http.visitor(), await http.visitor()]
    const after = await come({ renewal: own.renewal, carried: planted.renewal })
    expect(idOf(after.access)).toBe(idOf(own.access))
    expect(idOf((await http.visitor(planted.renewal)).access)).toBe(idOf(planted.access))
  })

  it('does not hide that two have used one secret', async () => {
    const first = await http.visitor()
    const second = await come({ carried: first.renewal })
    const third = await http.visitor(second.renewal)
    expect((await identify(third.access, { id: 'x' })).status).toBe(200)
    const thief = await come({ carried: first.renewal })
    expect(idOf(thief.access)).not.toBe(idOf(first.access))
    expect(http.told.revoked).toContain(http.tokens.verifyVisitor(first.access).sessionId)
  })

  it('opens nothing any more once the shop has signed who the visitor is, not even at that moment', async () => {
    const first = await http.visitor()
    const known = (await (
      await identify(first.access, { id: 'carried', signature: sign('carried') })
    ).json()) as Identified
    expect(known.visitor.verified).toBe(true)
    const thief = await come({ renewal: first.renewal })
    expect(thief.visitor.verified).toBe(false)
    expect((await identify(first.access, { id: 'carried' })).status).toBe(401)
    expect((await come({ renewal: known.renewal ?? '' })).visitor.verified).toBe(true)
  })

  it('leaves no window open that it opened before the shop signed who the visitor is', async () => {
    const first = await http.visitor()
    const thief = await come({ carried: first.renewal })
    const sent = await http.send('/api/visitor/code', { method: 'POST', token: thief.access })
    const further = await come({ renewal: ((await sent.json()) as VisitorCode).code })
    expect(idOf(further.access)).toBe(idOf(first.access))
    const signature = sign('window')
    expect((await identify(thief.access, { id: 'window', signature })).status).toBe(200)
    expect((await identify(further.access, { id: 'x' })).status).toBe(401)
    const again = await come({ renewal: further.renewal })
    expect(again.visitor.verified).toBe(false)
    expect(http.told.revoked).toContain(http.tokens.verifyVisitor(further.access).sessionId)
  })

  it('leaves the one window that the panel itself gave a code to, whomever its visitor becomes', async () => {
    const elsewhere = await http.visitor()
    await identify(elsewhere.access, { id: 'moved', signature: sign('moved') })
    const panel = await http.visitor()
    const [own, planted] = [await windowOf(panel.access), await windowOf(panel.access)]
    const identity = { id: 'moved', signature: sign('moved'), window: own.name }
    const known = (await (await identify(panel.access, identity)).json()) as Identified
    expect(idOf(known.access)).toBe(idOf(elsewhere.access))
    expect(http.told.identified.at(-1)).toMatchObject({ from: idOf(panel.access), movedConversations: [] })
    expect(http.told.revoked).not.toContain(own.name)
    expect(idOf((await come({ renewal: own.renewal })).access)).toBe(idOf(known.access))
    for (const { renewal } of [planted, panel]) expect((await come({ renewal })).visitor.verified).toBe(false)
  })

  it('does not take the session that asks for such a window, nor one of somebody else’s', async () => {
    const [first, other] = [await http.visitor(), await http.visitor()]
    const { sessionId } = http.tokens.verifyVisitor(first.access)
    const identity = { id: 'self', signature: sign('self') }
    expect((await identify(first.access, { ...identity, window: sessionId })).status).toBe(200)
    expect((await come({ renewal: first.renewal })).visitor.verified).toBe(false)
    const { name, renewal } = await windowOf(other.access)
    const third = await http.visitor()
    expect(
      (await identify(third.access, { id: 'third', signature: sign('third'), window: name })).status,
    ).toBe(200)
    expect(idOf((await come({ renewal })).access)).toBe(idOf(other.access))
  })

  it('is worth nothing on a site without such a cookie', async () => {
    const first = await http.visitor()
    await letCarry(null)
    expect(idOf((await come({ carried: first.renewal })).access)).not.toBe(idOf(first.access))
    await letCarry('shop.test')
    expect(idOf((await come({ carried: first.renewal })).access)).toBe(idOf(first.access))
  })
})

describe('a code for a further window', () => {
  const code = async (token: string) =>
    ((await (await http.send('/api/visitor/code', { method: 'POST', token })).json()) as VisitorCode).code

  it('makes it the same visitor’s, with a session of its own', async () => {
    const panel = await http.visitor()
    const opened = await http.visitor(await code(panel.access))
    expect(idOf(opened.access)).toBe(idOf(panel.access))
    const { sessionId } = http.tokens.verifyVisitor(opened.access)
    expect(sessionId).not.toBe(http.tokens.verifyVisitor(panel.access).sessionId)
    expect(idOf((await http.visitor(opened.renewal)).access)).toBe(idOf(panel.access))
    expect(idOf((await http.visitor(panel.renewal)).access)).toBe(idOf(panel.access))
  })

  it('is good once and for a minute, and ends what it opened when it is used again', async () => {
    const panel = await http.visitor()
    const once = await code(panel.access)
    const opened = await http.visitor(once)
    expect((await identify(opened.access, { id: 'x' })).status).toBe(200)
    http.advance(31_000)
    expect(idOf((await http.visitor(once)).access)).not.toBe(idOf(panel.access))
    const late = await code(panel.access)
    http.advance(61_000)
    expect(idOf((await http.visitor(late)).access)).not.toBe(idOf(panel.access))
  })

  it('is given to nobody without a session, and not without end', async () => {
    expect((await http.send('/api/visitor/code', { method: 'POST' })).status).toBe(401)
    const { access } = await http.visitor()
    const answers = []
    for (let i = 0; i < 11; i++)
      answers.push(http.send('/api/visitor/code', { method: 'POST', token: access }))
    expect((await Promise.all(answers)).filter(({ status }) => status === 429)).toHaveLength(1)
  })
})

describe('identify', () => {
  it('keeps unsigned words as unverified and opens nothing with them', async () => {
    const { access } = await http.visitor()
    const answer = (await (await identify(access, { id: 'u1', name: 'Mina' })).json()) as Identified
    expect(answer.visitor).toEqual({ id: idOf(access), name: 'Mina', verified: false })
    expect(idOf(answer.access)).toBe(idOf(access))
  })

  it('refuses a wrong signature, one of another id, and one of the empty key', async () => {
    const { access } = await http.visitor()
    for (const signature of ['', '00', sign('other'), hmac('', 'u2').toString('hex')]) {
      expect((await identify(access, { id: 'u2', signature })).status).toBe(403)
    }
  })

  it('finds the same verified person from another browser and brings the conversation along', async () => {
    const phone = await http.visitor()
    await identify(phone.access, { id: 'u3', name: 'Mina', signature: sign('u3') })
    const laptop = await http.visitor()
    const conversation = await addConversation(idOf(laptop.access))
    const known = (await (
      await identify(laptop.access, { id: 'u3', signature: sign('u3') })
    ).json()) as Identified
    expect(known.visitor).toEqual({ id: idOf(phone.access), name: 'Mina', verified: true })
    expect(idOf(known.access)).toBe(idOf(phone.access))
    expect(http.told.identified.at(-1)).toMatchObject({
      to: idOf(phone.access),
      movedConversations: [conversation],
    })
    expect((await identify(laptop.access, { id: 'u3' })).status).toBe(401)
    expect(idOf((await http.visitor(laptop.renewal)).access)).toBe(idOf(phone.access))
  })

  it('makes one person of two browsers that identify at the same time', async () => {
    const browsers = await Promise.all([http.visitor(), http.visitor(), http.visitor()])
    const answers = await Promise.all(
      browsers.map(async ({ access }) => {
        const answer = await identify(access, { id: 'u4', signature: sign('u4') })
        return idOf(((await answer.json()) as Identified).access)
      }),
    )
    expect(new Set(answers).size).toBe(1)
  })

  it('leaves the conversations with their owner when somebody else signs in to the shop', async () => {
    const browser = await http.visitor()
    await identify(browser.access, { id: 'u5', signature: sign('u5') })
    const conversation = await addConversation(idOf(browser.access))
    const answer = (await (
      await identify(browser.access, { id: 'u6', signature: sign('u6') })
    ).json()) as Identified
    expect(idOf(answer.access)).not.toBe(idOf(browser.access))
    const query = http.db.selectFrom('conversation').select('visitor_id').where('id', '=', conversation)
    expect((await query.executeTakeFirstOrThrow()).visitor_id).toBe(idOf(browser.access))
    expect((await identify(browser.access, { id: 'u5' })).status).toBe(401)
  })

  it('does not let unsigned words change a verified visitor', async () => {
    const { access } = await http.visitor()
    await identify(access, { id: 'u7', name: 'Mina', signature: sign('u7') })
    const answer = (await (await identify(access, { id: 'boss', name: 'The boss' })).json()) as Identified
    expect(answer.visitor).toEqual({ id: idOf(access), name: 'Mina', verified: true })
  })
})

async function addConversation(visitorId: string): Promise<string> {
  const id = crypto.randomUUID()
  const at = new Date()
  const row = {
    id,
    site_id: http.site.id,
    visitor_id: visitorId,
    phase: 'queued',
    created_at: at,
    last_at: at,
  }
  await http.db
    .insertInto('conversation')
    .values({ ...row, state: '{}', visitor_state: '{}' })
    .execute()
  return id
}
