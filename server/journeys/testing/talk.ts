/** What people do in a journey, step by step, by the names of the controls alone. */
import { setTimeout as delay } from 'node:timers/promises'
import { voices } from '../../../client/media/testing/voices.ts'
import type { Heard } from './ear.ts'
import type { Person, Role } from './people.ts'
import { type HeardStep, stepsHeard } from './tones.ts'

export async function say(person: Person, text: string): Promise<void> {
  await person.field('Message').fill(text)
  await person.button('Send').click()
}

/** The visitor writes, the agent accepts, and both are in one conversation. */
export async function beginChat(visitor: Person, agent: Person): Promise<void> {
  await agent.launcher().click()
  await visitor.launcher().click()
  await say(visitor, 'Is the lamp in stock?')
  await agent.button('Accept').click()
  await agent.field('Message').waitFor()
  await say(agent, 'Yes, it is.')
  await visitor.text('Yes, it is.').waitFor()
}

/** The visitor asks for a voice call, agrees to its recording, and the agent accepts. */
export async function beginCall(visitor: Person, agent: Person): Promise<void> {
  await visitor.button('Voice call').click()
  await visitor.button('Agree').click()
  await agent.button('Accept').click()
  await bothHear(visitor, agent, Date.now())
}

/** The call is handed on, or a colleague asked about it, with a note. `name`: of the one or the queue. */
export async function choose(from: Person, opener: string, name: string, deed: string): Promise<void> {
  await from.button(opener).click()
  await from.page.getByRole('radio', { name: new RegExp(name) }).check()
  await from.field('What they should know').fill('It is about the oak lamp')
  await from.button(deed).click()
}

/** Who has flash and beep in place of a voice: recorded, and with a camera that the other one sees. */
export async function beginSeen(visitor: Person, agent: Person): Promise<void> {
  await visitor.button('Voice call').click()
  await visitor.button('Agree').click()
  await agent.button('Accept').click()
  await Promise.all([visitor, agent].map((one) => one.text(/^Recording$/).waitFor()))
  await visitor.button('Turn camera on').click()
  await visitor.button('Agree').click()
  await agent.button('Turn camera on').click()
  await Promise.all([sees(agent, 'Camera of'), sees(visitor, 'Camera of')])
}

/** The steps of the other one's voice that a page has played since a moment. */
export function stepsIn(heard: Heard, speaker: Role): HeardStep[] {
  return stepsHeard(heard.sound, voices[speaker])
}

/** How many steps prove that a voice is heard. */
const ENOUGH = 6
const LOOK_MS = 100

/** When the first step of `speaker` sounded of those heard after `since`, ms since 1970. Both in this machine's clock. */
export async function hears(person: Person, speaker: Role, since: number, ms = 60_000): Promise<number> {
  const deadline = performance.now() + ms
  for (;;) {
    // The page may be on its way to another one.
    const heard = await person.heard(since).catch(() => null)
    const steps = heard ? stepsIn(heard, speaker).filter(({ at }) => at > since) : []
    const [first] = steps
    if (first && steps.length >= ENOUGH) return first.at
    if (performance.now() > deadline) throw new Error(`the ${speaker}'s voice was not heard in ${ms} ms`)
    await delay(LOOK_MS)
  }
}

export async function bothHear(visitor: Person, agent: Person, since: number, ms?: number): Promise<number> {
  return Math.max(
    ...(await Promise.all([hears(visitor, 'agent', since, ms), hears(agent, 'visitor', since, ms)])),
  )
}

const QUIET_MS = 1_200
/** What is on its way when a wish is told has been played by then. */
const IN_FLIGHT_MS = 400

/** None of these voices comes out of the person's page for a while. Throws otherwise. */
export async function silent(person: Person, ...speakers: Role[]): Promise<void> {
  await delay(IN_FLIGHT_MS)
  const since = Date.now()
  await delay(QUIET_MS)
  const heard = await person.heard(since)
  for (const speaker of speakers)
    if (stepsIn(heard, speaker).length > 0) throw new Error(`the ${speaker}'s voice was heard`)
}

/** The picture of that label is decoded and moves: frames come, and two of them differ. */
export async function sees(person: Person, label: string, nth = 0): Promise<void> {
  const picture = person.picture(label).nth(nth)
  await picture.waitFor()
  const handle = await picture.elementHandle()
  const frame = await person.frame()
  await frame.waitForFunction(movesNow, handle, { polling: 100, timeout: 60_000 })
}

/** Runs in the page. */
function movesNow(element: Node | null): boolean {
  const video = element as HTMLVideoElement & { journeyPicture?: string }
  if (!video.videoWidth || video.getVideoPlaybackQuality().totalVideoFrames < 6) return false
  const canvas = document.createElement('canvas')
  canvas.width = 64
  canvas.height = 36
  const drawing = canvas.getContext('2d')
  drawing?.drawImage(video, 0, 0, 64, 36)
  const pixels = drawing?.getImageData(0, 0, 64, 36).data ?? new Uint8ClampedArray()
  const picture = pixels.join()
  const before = video.journeyPicture
  video.journeyPicture = picture
  return before !== undefined && before !== picture && new Set(pixels).size > 4
}

/** Both are in their call over connections that stand, and say nothing of trouble. */
export async function settled(visitor: Person, agent: Person): Promise<void> {
  for (const person of [visitor, agent]) {
    await person.text('Connected').waitFor()
    await person.text('Reconnecting').waitFor({ state: 'detached' })
  }
  await bothHear(visitor, agent, Date.now())
}
