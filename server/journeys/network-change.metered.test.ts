/** A visitor's machine changes its network in the middle of a call: another address, and the old one is gone. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freeMediaPorts, freePort } from '../../scripts/test-env.ts'
import { type People, tell } from './testing/measure.ts'
import { openDesk, openShop, type Person, type Process, type Role, startProcess } from './testing/people.ts'
import { openRoaming, type Roaming, whyNoNamespace } from './testing/roaming.ts'
import { eventually, openStage, type Stage } from './testing/stage.ts'
import { beginCall, beginChat, bothHear, say, settled, stepsIn } from './testing/talk.ts'

/** Stated figures are asserted threefold: a test machine may be slow, the product may not be wrong. */
const WITHIN_MS = 3_000 * 3
/** A shorter silence is not the one that is waited for. */
const SILENCE_MS = 200
/** A voice that has gone on for this long is back. */
const BACK_MS = 1_000

const obstacle = whyNoNamespace()
if (obstacle)
  process.stdout.write(`    not tested, since this machine gives no network namespace: ${obstacle}\n`)
const where = obstacle ? describe.skip : describe

where('a call whose visitor changes the network', () => {
  let roaming: Roaming
  let stage: Stage
  let processes: Process[]
  let people: People

  beforeAll(async () => {
    const port = await freePort()
    const media = await freeMediaPorts(2)
    roaming = await openRoaming({ tcp: port, udp: [media, media + 1] })
    const env = { MEDIA_PORT: String(media), MEDIA_ANNOUNCED_ADDRESS: roaming.address }
    stage = await openStage({ ...env, PORT: String(port) })
    processes = await Promise.all([startProcess('visitor', roaming.browser), startProcess('agent')])
    const [one, other] = processes as [Process, Process]
    people = {
      visitor: await openShop(one.browser, stage.stack),
      agent: await openDesk(other.browser, stage.stack, 'Sara'),
    }
    await beginChat(people.visitor, people.agent)
    await beginCall(people.visitor, people.agent)
  }, 200_000)
  afterAll(async () => {
    await Promise.all(processes?.map((one) => one.close()) ?? [])
    await stage?.stop()
    await roaming?.close()
  }, 30_000)

  /** When the voice was back for good after the silence that began after `left`, ms since 1970. */
  const backIn = (person: Person, speaker: Role, left: number): Promise<number> =>
    eventually(
      `the ${speaker}'s voice is back`,
      async () => {
        const steps = stepsIn(await person.heard(left - BACK_MS), speaker)
        const back = steps.findLast(
          ({ at }, index) => at > left && at - (steps[index - 1]?.at ?? at) > SILENCE_MS,
        )
        const last = steps.at(-1)?.at ?? 0
        return back && last - back.at > BACK_MS ? back.at : undefined
      },
      WITHIN_MS + BACK_MS + (Date.now() - left),
    )

  it.each([
    ['at once', 0],
    ['after a dead stretch', 5_000],
  ])(
    'is heard again on both sides in the same call, %s',
    async (when, deadMs) => {
      await settled(people.visitor, people.agent)
      const before = await stage.rows<{ id: string }>('select id from call where ended_at is null')
      const left = Date.now()
      await roaming.leave()
      await delay(deadMs)
      const works = await roaming.arrive()
      const { visitor, agent } = people
      const back = await Promise.all([backIn(visitor, 'agent', left), backIn(agent, 'visitor', left)])
      tell(`network changed, ${when}`, { visitorHears: back[0] - works, agentHears: back[1] - works })
      expect(Math.max(...back) - works).toBeLessThanOrEqual(WITHIN_MS)
      expect(await stage.rows('select id from call where ended_at is null')).toEqual(before)
      const text = `By another way, ${when}`
      await say(visitor, text)
      await agent.text(text).waitFor()
      await bothHear(visitor, agent, Date.now())
    },
    90_000,
  )
})
