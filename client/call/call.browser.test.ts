import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type axe from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'
import { startTestApp, type TestApp } from '../../server/testing/app.ts'
import { type Harness, startHarness, testConfig } from '../../sfu/testing/node-harness.ts'
import { buildPage, type Person, startPerson } from '../media/testing/browsers.ts'
import { pitchOf, toWav, type Voice, voices } from '../media/testing/voices.ts'
import { freePort } from '../../scripts/test-env.ts'
import type {} from './testing/page.tsx'

declare global {
  interface Window {
    axe: typeof axe
    headset: Map<string, MediaSessionActionHandler>
  }
}
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
describe('a call between two people', () => {
  let app: TestApp
  let node: Harness
  let html: string
  let people: Person[] = []
  let visitor: Page
  let agent: Page

  const heard = (page: Page, voice: Voice) =>
    page.waitForFunction(
      ([from, to]) => {
        const pitch = window.callTest.hear()
        return pitch > from && pitch < to
      },
      pitchOf(voice),
      { timeout: 45_000, polling: 20 },
    )
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const plays = (page: Page, label: RegExp) =>
    page.waitForFunction(
      (pattern) => {
        const videos = [...document.querySelectorAll('video')]
        const video = videos.find((one) => new RegExp(pattern).test(one.ariaLabel ?? ''))
        return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 5
      },
      label.source,
      { timeout: 45_000 },
    )

  async function open(person: Person, query: Record<string, string>): Promise<Page> {
    const context: BrowserContext = await person.browser.newContext({ viewport: { width: 420, height: 760 } })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await page.addInitScript({ path: axePath })
    page.on('pageerror', (error) => console.error(query.side, error.message))
    await page.route(`${app.url}/call-test*`, (route) =>
      route.fulfill({ contentType: 'text/html', body: html }),
    )
    await page.route(`${app.url}/hold.wav`, (route) =>
      route.fulfill({ contentType: 'audio/wav', body: toWav(voices.visitor, 1) }),
    )
    await page.goto(`${app.url}/call-test?${new URLSearchParams(query).toString()}`)
    return page
  }

  beforeAll(async () => {
    html = await buildPage(join(import.meta.dirname, 'testing', 'page.tsx'))
    const config = await testConfig()
    node = await startHarness({ ...config, workers: 2 })
    const port = await freePort()
    app = await startTestApp({
      port,
      publicUrl: `http://127.0.0.1:${port}`,
      sfuSocket: config.socketPath,
      secrets: { jwtSecret: 'x'.repeat(40), controlToken: config.controlToken },
    })
    people = await Promise.all([startPerson(toWav(voices.visitor)), startPerson(toWav(voices.agent))])
    const mina = await app.visitor()
    const sara = await app.staff('Sara')
    const start = { clientId: crypto.randomUUID(), text: 'Good day', attachments: [] }
    const { conversationId } = await mina.request('message.send', { conversationId: null, ...start })
    await sara.request('conversation.take', { conversationId })
    const both = { conversation: conversationId, lang: process.env.CALL_LANG ?? 'en' }
    const me = sara.session.person.id
    visitor = await open(people[0] as Person, {
      ...both,
      side: 'visitor',
      token: mina.session.access,
      peer: 'Sara',
      holdAudio: '/hold.wav',
    })
    agent = await open(people[1] as Person, {
      ...both,
      side: 'agent',
      token: sara.session.access,
      peer: 'Mina',
      me,
      warm: 'yes',
    })
  }, 90_000)
  afterAll(async () => {
    await Promise.all(people.map((person) => person.close()))
    await app.stop()
    await node.stop()
  })
  const faults = (page: Page) =>
    page.evaluate(async () => {
      const { violations } = await window.axe.run(document, {
        rules: { 'landmark-one-main': { enabled: false }, 'page-has-heading-one': { enabled: false } },
      })
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.html).join(' ')}`)
    })
  /** The state as it stands: without a fault for assistive technology, and as a picture where one is asked for. */
  const shot = async (name: string) => {
    for (const page of [visitor, agent])
      expect({ name, faults: await faults(page) }).toEqual({ name, faults: [] })
    const folder = process.env.CALL_SHOTS
    if (!folder) return
    await visitor.screenshot({ path: join(folder, `${name}-visitor.png`) })
    await agent.screenshot({ path: join(folder, `${name}-agent.png`) })
  }

  it('is asked for by the visitor after consent, and both hear each other once the agent accepts', async () => {
    await button(visitor, 'Voice call').click()
    await shot('consent')
    await button(visitor, 'Agree').click()
    const question = agent.getByRole('region', { name: 'Mina' })
    await question.getByRole('button', { name: 'Accept' }).waitFor()
    await shot('asking')
    expect(await visitor.evaluate(() => window.callTest.hear())).toBe(0)
    await question.getByRole('button', { name: 'Accept' }).click()
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
    await visitor.getByText('Recording', { exact: true }).waitFor()
    await shot('voice')
  }, 90_000)

  it('shows a mute to the other side', async () => {
    await button(visitor, 'Mute').click()
    await agent.getByText('Muted').waitFor()
    await shot('muted')
    await button(visitor, 'Unmute').click()
    await agent.getByText('Muted').waitFor({ state: 'detached' })
    await heard(agent, voices.visitor)
  }, 90_000)

  it('asks once more before the camera of a recorded voice call', async () => {
    await button(visitor, 'Turn camera on').click()
    await shot('camera-consent')
    await button(visitor, 'Agree').click()
    await plays(agent, /Camera of Mina/)
    await button(agent, 'Turn camera on').click()
    await plays(visitor, /Camera of Sara/)
    await shot('video')
  }, 90_000)

  it('shares a screen and stops', async () => {
    await button(agent, 'Share screen').click()
    await plays(visitor, /Screen of Sara/)
    await shot('screen')
    await button(agent, 'Stop sharing').click()
    await visitor.getByLabel('Screen of Sara').waitFor({ state: 'detached' })
  }, 90_000)

  it('keeps the picture in sight in a small window, and takes it back', async () => {
    const small = () =>
      agent.evaluate(() => {
        const player = document.pictureInPictureElement as HTMLVideoElement | null
        return player && { playing: !player.paused, width: player.videoWidth }
      })
    await button(agent, 'Picture in picture').click()
    await button(agent, 'Picture back into the page').waitFor()
    expect(await small()).toEqual({ playing: true, width: expect.any(Number) })
    await plays(agent, /Camera of Mina/)
    await button(agent, 'Picture back into the page').click()
    await button(agent, 'Picture in picture').waitFor()
    expect(await small()).toBeNull()
    // Closed by the camera's going, too.
    await button(agent, 'Picture in picture').click()
    await button(agent, 'Picture back into the page').waitFor()
    await button(visitor, 'Turn camera off').click()
    await agent.waitForFunction(() => document.pictureInPictureElement === null)
    await button(visitor, 'Turn camera on').click()
    await plays(agent, /Camera of Mina/)
  }, 90_000)

  it('obeys the buttons of a headset as long as it runs', async () => {
    // The browser has no way to press one: its own door for them is watched, and knocked at.
    await visitor.evaluate(() => {
      const { mediaSession } = navigator
      const set = mediaSession.setActionHandler.bind(mediaSession)
      window.headset = new Map()
      mediaSession.setActionHandler = (action, handler) => {
        set(action, handler)
        if (handler) window.headset.set(action, handler)
        else window.headset.delete(action)
      }
    })
    const press = (action: string) =>
      visitor.evaluate((one) => {
        const handler = window.headset.get(one)
        handler?.({ action: one as MediaSessionAction })
        return handler !== undefined
      }, action)
    await button(visitor, 'Mute').click()
    await button(visitor, 'Unmute').waitFor()
    expect(await press('togglemicrophone')).toBe(true)
    await button(visitor, 'Mute').waitFor()
    await heard(agent, voices.visitor)
    expect(await press('togglemicrophone')).toBe(true)
    await agent.getByText('Muted').waitFor()
    expect(await press('togglemicrophone')).toBe(true)
    await heard(agent, voices.visitor)
    expect(await visitor.evaluate(() => [...window.headset.keys()].sort())).toEqual([
      ...['hangup', 'togglemicrophone'],
    ])
  }, 90_000)

  it('unfolds the device pickers by keyboard and folds them with Escape', async () => {
    await button(visitor, 'Devices').focus()
    await visitor.keyboard.press('Enter')
    await visitor.getByRole('combobox', { name: 'Microphone' }).waitFor()
    await shot('devices')
    await visitor.keyboard.press('Escape')
    await visitor.getByRole('combobox', { name: 'Microphone' }).waitFor({ state: 'detached' })
  }, 90_000)

  it('goes on by itself after a reload of either side, camera included', async () => {
    await button(agent, 'Picture in picture').click()
    await button(agent, 'Picture back into the page').waitFor()
    await visitor.reload()
    await agent.getByText('Visitor: changing page').waitFor()
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
    await plays(agent, /Camera of Mina/)
    // The small window has waited, and shows what came instead.
    await agent.evaluate(async () => {
      const player = document.pictureInPictureElement as HTMLVideoElement
      await new Promise((seen) => player.requestVideoFrameCallback(seen))
    })
    await agent.reload()
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
    await shot('reloaded')
  }, 90_000)

  it('is put on hold: silence and since when for both, music for the one who waits, over a reload too', async () => {
    // What was on its way may still be heard for a moment.
    const silent = (page: Page) => page.waitForFunction(() => window.callTest.quietFor(1_000))
    const music = () =>
      visitor.waitForFunction(
        () => (document.querySelector<HTMLAudioElement>('audio[loop]')?.currentTime ?? 0) > 0,
      )
    await button(agent, 'Hold').click()
    for (const page of [visitor, agent]) await page.getByText(/^On hold since \d\d:\d\d\.$/).waitFor()
    await Promise.all([silent(visitor), silent(agent)])
    await music()
    await shot('hold')
    await Promise.all([visitor.reload(), agent.reload()])
    await button(agent, 'Resume').waitFor()
    await music()
    await Promise.all([silent(visitor), silent(agent)])
    await button(agent, 'Resume').click()
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
    await visitor.getByText(/The call goes on after \d+ seconds? on hold/).waitFor()
    expect(await visitor.locator('audio[loop]').count()).toBe(0)
  }, 90_000)

  it('moves when its worker dies, without anybody clicking', async () => {
    const track = () => window.callTest.call.$media.get()?.$remote.get()[0]?.stream.getTracks()[0]?.id
    const old = await visitor.evaluate(track)
    await killWorker()
    await visitor.waitForFunction((before) => {
      const media = window.callTest.call.$media.get()
      const now = media?.$remote.get()[0]?.stream.getTracks()[0]?.id
      return now !== before && media?.$health.get().name === 'fine'
    }, old)
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
  }, 90_000)

  it('is no longer recorded when the visitor wants that, and is over for both when one hangs up', async () => {
    await button(visitor, 'Stop recording').click()
    await shot('stop-recording')
    await button(visitor, 'Stop it').click()
    await agent.getByText('Not recorded', { exact: true }).waitFor()
    await button(agent, 'Hang up').click()
    await agent.getByText(/You ended the call · \d/).waitFor()
    await visitor.getByText(/Sara ended the call · \d.*recorded/).waitFor()
    await shot('ended')
    expect(await visitor.evaluate(() => window.callTest.call.devices.$mic.get().name)).toBe('off')
  }, 90_000)

  it('goes on unrecorded without consent, and can be declined', async () => {
    await button(agent, 'Voice call').click()
    const question = visitor.getByRole('region', { name: 'Sara' })
    await question.getByRole('button', { name: 'Accept' }).click()
    await shot('accept-consent')
    await question.getByRole('button', { name: 'Continue without recording' }).click()
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
    await visitor.getByText('Not recorded', { exact: true }).waitFor()
    await button(visitor, 'Hang up').click()
    await agent.getByText(/Mina ended the call · .* not recorded/).waitFor()
    await button(agent, 'Video call').click()
    await visitor.getByRole('region', { name: 'Sara' }).getByRole('button', { name: 'Decline' }).click()
    await agent.getByText('The call did not come about').waitFor()
    expect(await agent.evaluate(() => window.callTest.call.devices.$cam.get().name)).toBe('off')
  }, 90_000)

  it('outlives the server, and a hang-up said meanwhile arrives', async () => {
    await button(agent, 'Voice call').click()
    const question = visitor.getByRole('region', { name: 'Sara' })
    await question.getByRole('button', { name: 'Accept' }).click()
    await question.getByRole('button', { name: 'Agree' }).click()
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
    await app.restart()
    await Promise.all([heard(visitor, voices.agent), heard(agent, voices.visitor)])
    const back = app.restart()
    await button(visitor, 'Hang up').click()
    expect(await visitor.evaluate(() => window.callTest.call.devices.$mic.get().name)).toBe('off')
    await back
    await button(agent, 'Hang up').waitFor({ state: 'detached', timeout: 20_000 })
    await agent
      .getByText(/Mina ended the call/)
      .last()
      .waitFor()
  }, 90_000)

  it('reads from right to left in Persian and in the dark', async () => {
    for (const [page, lang] of [
      [visitor, 'fa'],
      [agent, 'ru'],
    ] as const) {
      const address = new URL(page.url())
      address.searchParams.set('lang', lang)
      address.searchParams.set('theme', 'dark')
      await page.goto(address.href)
    }
    await visitor.evaluate(() => window.callTest.call.ask('video'))
    await visitor.getByText('اجازه هست ضبط شود؟').waitFor()
    await shot('fa-consent')
    await visitor.evaluate(() => window.callTest.call.agree(true))
    await agent.getByText('Mina предлагает поговорить по видео').waitFor()
    await shot('fa-asking')
    await agent.getByRole('button', { name: 'Принять' }).click()
    await plays(visitor, /Sara/)
    await plays(agent, /Mina/)
    await shot('fa-video')
    await visitor.evaluate(() => window.callTest.call.hangUp())
    await agent.getByRole('button', { name: 'Позвонить ещё раз' }).waitFor()
    await agent
      .getByText(/Звонок завершён собеседником/)
      .last()
      .waitFor()
    await shot('fa-ended')
  }, 90_000)

  async function killWorker(): Promise<void> {
    const { readFile } = await import('node:fs/promises')
    const list = await readFile(join(node.config.dataDir, 'run', 'workers.json'), 'utf8')
    const worker = (JSON.parse(list) as { pid: number; rooms: string[] }[]).find(
      (one) => one.rooms.length > 0,
    )
    if (!worker) throw new Error('no worker carries the call')
    process.kill(worker.pid, 'SIGKILL')
  }
})
