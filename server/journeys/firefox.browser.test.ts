/** A visitor with Debian's Firefox talks to an agent with Chromium. */
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { voices } from '../../client/media/testing/voices.ts'
import { freeMediaPorts } from '../../scripts/test-env.ts'
import {
  type Firefox,
  FIREFOX_TONE,
  firefoxIsHere,
  type FirefoxPage,
  startFirefox,
} from './testing/firefox.ts'
import { installFirefoxEar, soundIn } from './testing/firefox-ear.ts'
import { openDesk, type Person, type Process, startProcess } from './testing/people.ts'
import { eventually, openStage, type Stage } from './testing/stage.ts'
import { say } from './testing/talk.ts'
import { shareOf, stepsHeard } from './testing/tones.ts'
import { relayUdp } from './testing/udp-relay.ts'

/** Firefox gathers no address of loopback and sends nothing there from another one: the media node is told by this one. */
const address = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const obstacle = firefoxIsHere() ? !address && 'this machine has no network' : 'there is no Firefox here'
if (obstacle) process.stdout.write(`    not tested: ${obstacle}\n`)
const where = obstacle ? describe.skip : describe

const PANEL = '/widget/panel'
/** So many steps are a voice, and no accident. */
const ENOUGH = 10
/** Of all that sounds, so much is the tone of Firefox's fake microphone. */
const MOSTLY = 0.5

where('a visitor in Firefox', () => {
  let stage: Stage
  let firefox: Firefox
  let chromium: Process
  let visitor: FirefoxPage
  let agent: Person
  let relays: (() => void)[]

  const reads = (text: string): Promise<true> =>
    eventually(`the visitor reads "${text}"`, async () => {
      const all = await visitor.call(() => document.body.textContent ?? '', [], PANEL)
      return all.includes(text) ? true : undefined
    })

  beforeAll(async () => {
    const media = await freeMediaPorts(2)
    relays = await Promise.all([media, media + 1].map((port) => relayUdp(address as string, port)))
    const env = { MEDIA_PORT: String(media), MEDIA_ANNOUNCED_ADDRESS: address }
    ;[stage, firefox, chromium] = await Promise.all([openStage(env), startFirefox(), startProcess('agent')])
    visitor = await firefox.open(`${stage.stack.url}/demo?lang=en`, installFirefoxEar)
    agent = await openDesk(chromium.browser, stage.stack, 'Sara')
    await agent.launcher().click()
  }, 150_000)
  afterAll(async () => {
    await Promise.all([firefox?.close(), chromium?.close()])
    await stage?.stop()
    for (const end of relays ?? []) end()
  }, 90_000)

  it('chats', async () => {
    await visitor.press('Chat with us')
    await visitor.type('Message', 'Is the lamp in stock?', PANEL)
    await visitor.press('Send', PANEL)
    await agent.button('Accept').click()
    await agent.text('Is the lamp in stock?').waitFor()
    await say(agent, 'Yes, it is.')
    await reads('Yes, it is.')
  }, 90_000)

  it('has a voice call in which each side hears the other', async () => {
    await visitor.press('Voice call', PANEL)
    await visitor.press('Agree', PANEL)
    await agent.button('Accept').click()
    await eventually('the agent hears the visitor', async () => {
      const { sound } = await agent.heard(Date.now() - 1_000)
      return shareOf(sound, FIREFOX_TONE) > MOSTLY
    })
    await eventually('the visitor hears the agent', async () => {
      const sound = await soundIn(visitor, PANEL)
      return stepsHeard(sound, voices.agent).length > ENOUGH
    })
  }, 90_000)

  it('hangs up, and both voices are recorded', async () => {
    await visitor.press('Hang up', PANEL)
    await agent.button('Hang up').waitFor({ state: 'detached' })
    const [call] = await stage.rows<{ id: string; end_reason: string }>('select id, end_reason from call')
    expect(call?.end_reason).toBe('hungUp')
    await eventually('both voices are recorded', async () => {
      const segments = await stage.rows<{ seat_id: string; closed_at: Date | null }>(
        "select seat_id, closed_at from segment where call_id = $1 and source = 'mic' order by seat_id",
        [call?.id],
      )
      const seats = segments.filter(({ closed_at }) => closed_at).map(({ seat_id }) => seat_id)
      return seats.join() === 'agent,visitor'
    })
  }, 90_000)
})
