/** Processes are killed while two people talk and write. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { spread } from '../../bench/lib/stats.ts'
import { type People, tell, undisturbed, valid, whatWasHeard } from './testing/measure.ts'
import { openDesk, openShop, type Process, startProcess } from './testing/people.ts'
import { eventually, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, say, settled } from './testing/talk.ts'

const numbersTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
const rounds = numbersTo(Number(process.env.JOURNEY_ROUNDS ?? 20))
/** The reference of a round, right before it. Short is strict: the longest hole of a longer stretch is no shorter. */
const CALM_MS = 1_000
/** Beyond what an undisturbed stretch of the same call shows. */
const MORE_MS = 60
/** Stated figures are asserted threefold: a test machine may be slow, the product may not be wrong. */
const SLACK = 3

let stage: Stage
let processes: Process[]
let people: People
let call: Call
/** Once the two have lost each other there is nothing to kill any more. */
let lost = false
/** Rounds that starved and are tried again, in all: a machine that starves through these will through more, and takes minutes. */
let repeats = 30
const figures = new Map<string, number[]>()

type Call = { id: string; conversation_id: string; media_epoch: number }

const openCalls = () =>
  stage.rows<Call>('select id, conversation_id, media_epoch from call where ended_at is null')

beforeAll(async () => {
  stage = await openStage()
  processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [one, other] = processes as [Process, Process]
  people = {
    visitor: await openShop(one.browser, stage.stack),
    agent: await openDesk(other.browser, stage.stack, 'Sara'),
  }
  await beginChat(people.visitor, people.agent)
  await beginCall(people.visitor, people.agent)
}, 200_000)
afterAll(async () => {
  for (const [what, all] of figures)
    process.stdout.write(`    ${what}, ${all.length} times: ${spread(all, 0)} ms\n`)
  await Promise.all(processes?.map((one) => one.close()) ?? [])
  await stage?.stop()
}, 30_000)

beforeEach(async () => {
  if (lost) throw new Error('not reached: the call was lost before')
  lost = true
  await settled(people.visitor, people.agent)
  lost = false
  const calls = await openCalls()
  expect(calls).toHaveLength(1)
  ;[call] = calls as [Call]
}, 60_000)

/** The same call, and a log without a gap or a doubled message. */
async function isUnbroken(texts: readonly string[]): Promise<void> {
  expect((await openCalls()).map(({ id }) => id)).toEqual([call.id])
  const events = await stage.rows<{ seq: number; type: string; text: string | null }>(
    `select seq, type, payload->>'text' as text from conversation_event where conversation_id = $1 order by seq`,
    [call.conversation_id],
  )
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  const said = events.filter(({ type, text }) => type === 'message' && texts.includes(text ?? ''))
  expect(said.map(({ text }) => text)).toEqual(texts)
  for (const text of texts) {
    expect(await people.agent.page.getByRole('log').getByText(text, { exact: true }).count()).toBe(1)
  }
}

/** For whoever reads the output: each figure, and in the end all of a kind. */
function note(what: string, measured: Record<string, number>): void {
  tell(what, measured)
  for (const [name, value] of Object.entries(measured)) {
    const kind = `${what}, ${name}`
    figures.set(kind, [...(figures.get(kind) ?? []), value])
  }
}

// In turn, so that none is killed again before it has lived for a while.
describe.each(rounds)('people who talk, round %d', (round) => {
  it('go on hearing each other while the server is killed, and what they typed meanwhile arrives once', async () => {
    let tries = 0
    const measure = async () => {
      if (++tries > 1) repeats--
      const calm = await undisturbed(people, CALM_MS)
      const text = `While the server was away ${round}.${tries}`
      const since = Date.now() - 500
      const before = stage.stack.pids().server ?? 0
      const killed = stage.kill('server')
      await say(people.visitor, text)
      await people.visitor.text('Sending').waitFor({ state: 'attached', timeout: 3_000 })
      await people.agent.text(text).waitFor({ timeout: 5_000 * SLACK })
      const back = Date.now() - killed
      await stage.back('server', before)
      await isUnbroken([text])
      // Where the pages starve, too, nothing may have happened to their media.
      expect(await whatHappened(since)).toEqual([])
      const { hole } = await whatWasHeard(people, since)
      note('server killed', { calm: calm.hole.ms, hole: hole.ms, back })
      expect(hole.ms).toBeLessThanOrEqual(calm.hole.ms + MORE_MS)
    }
    await valid(measure, undefined, 1 + repeats)
  }, 150_000)

  it('hear each other again by themselves when the media worker is killed, recorded as new segments', async () => {
    await comesBack('media worker killed', () => stage.killWorker(), 3_000 * SLACK)
  }, 60_000)

  it('hear each other again by themselves when the media node is killed, recorded as new segments', async () => {
    await comesBack('media node killed', () => stage.kill('sfu'), 5_000 * SLACK)
  }, 60_000)
})

describe.each(numbersTo(2))('people who talk, round %d', (round) => {
  it('go on hearing each other while PostgreSQL is killed, and what they typed meanwhile arrives once', async () => {
    const since = Date.now()
    const texts = [1, 2, 3].map((n) => `While the database was away ${round}.${n}`)
    const before = stage.stack.pids().postgres ?? 0
    const killed = stage.kill('postgres')
    for (const text of texts) await say(people.visitor, text)
    await stage.back('postgres', before)
    const up = Date.now()
    for (const text of texts) await people.agent.text(text).waitFor({ timeout: 10_000 * SLACK })
    note('PostgreSQL killed', { up: up - killed, deliveredAfter: Date.now() - up })
    await bothHear(people.visitor, people.agent, Date.now())
    expect((await whatHappened(since)).map(({ what }) => what)).toEqual([])
    await isUnbroken(texts)
  }, 90_000)
})

describe('people who talk', () => {
  it('go on hearing each other when the runner is killed and Parley is started again', async () => {
    const since = Date.now()
    stage.kill('runner')
    await bothHear(people.visitor, people.agent, Date.now())
    await stage.startAgain()
    await bothHear(people.visitor, people.agent, Date.now())
    const text = 'After the second start'
    await say(people.visitor, text)
    await people.agent.text(text).waitFor()
    expect((await whatHappened(since)).map(({ what }) => what)).toEqual([])
    await isUnbroken([text])
  }, 150_000)

  it('have their call ended in the record by the one who hangs up, after all of this', async () => {
    await people.visitor.button('Hang up').click()
    await people.agent.button('Hang up').waitFor({ state: 'detached' })
    await eventually('the record says so', async () => {
      const [row] = await stage.rows<{ end_reason: string | null }>(
        'select end_reason from call where id = $1',
        [call.id],
      )
      return row?.end_reason === 'hungUp'
    })
  }, 30_000)
})

async function whatHappened(since: number) {
  const heard = await Promise.all([people.visitor.heard(since), people.agent.heard(since)])
  return heard.flatMap(({ events }) => events)
}

/** The media is killed: both hear each other again in time, in the same call, and each is recorded on. */
async function comesBack(what: string, kill: () => number, within: number): Promise<void> {
  const segments = async () =>
    (
      await stage.rows<{ n: number }>('select count(*)::int as n from segment where call_id = $1', [call.id])
    )[0]?.n ?? 0
  const before = await segments()
  note(what, { heardAgain: await soundAfter(kill(), within) })
  await eventually('both voices are recorded on', async () => (await segments()) >= before + 2)
  await isUnbroken([])
}

/** ms from the kill until both hear the other over their new connections. */
async function soundAfter(killed: number, within: number): Promise<number> {
  const renewed = await Promise.all(
    [people.visitor, people.agent].map((person) =>
      eventually(
        'a new connection brings a voice',
        async () => (await person.heard(killed)).events.find(({ what }) => what.endsWith('audio unmute'))?.at,
        within,
      ),
    ),
  )
  const left = within - (Date.now() - killed)
  return (await bothHear(people.visitor, people.agent, Math.max(...renewed), Math.max(left, 1_000))) - killed
}
