/** Nothing of an erased person is heard in whatever sound of the data folder can be decoded, by links to parts of it, or in its bytes. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { v7 as newId } from 'uuid'
import { codedTone, type Tone } from '../../sfu/testing/coded-tone.ts'
import { openPart } from '../clip/part.service.ts'
import type { Seal } from '../sealing/sealed.ts'
import { runJobs } from './job.service.ts'
import { listenTo, tonesIn } from './testing/listen.ts'
import { type Place, startPlace } from './testing/place.ts'
import { plantSound, sealsOf } from './testing/sound.ts'

let place: Place
beforeAll(async () => {
  place = await startPlace()
}, 90_000)
afterAll(() => place?.stop())

// So long ago that what was never finalised is no longer waited for.
const begin = Date.now() - 7 * 3_600_000
/** A call that is being written, one that is finalised, one that is sealed, and a spoken message. */
const calls = [
  { state: 'written' },
  { state: 'finalised' },
  { state: 'sealed' },
  { state: 'sealed', voicemail: true },
] as const

async function speaks(name: string, tones: readonly [Tone, Tone, Tone, Tone]) {
  const one = await place.plant(name, begin)
  const seals: Seal[] = []
  for (const [index, call] of calls.entries()) {
    const tone = tones[index] ?? tones[0]
    seals.push(
      ...(await sealsOf(place.ground, await plantSound(place.ground, one, { ...call, tone, begin }))),
    )
  }
  return { ...one, tones, seals }
}
type Speaker = Awaited<ReturnType<typeof speaks>>

/** Anywhere in the folder, of all together; with the keys that there were, too, though nobody has them any more. */
async function heard(...all: Speaker[]): Promise<number[]> {
  const [tones, seals] = [all.flatMap((one) => one.tones), all.flatMap((one) => one.seals)]
  const found = await listenTo(place.postgres.folder, tones, seals)
  return [...found].flatMap(([tone, files]) => (files.length > 0 ? [tone] : []))
}

/** In a minute of it as a link shows it: cut anew each time. */
async function clipped({ conversationId, tones }: Speaker): Promise<number[]> {
  const found = new Set<number>()
  const part = { id: newId(), conversationId, from: begin, to: begin + 60_000, about: {} }
  for (let number = 0; ; number++) {
    const track = await openPart(place.deps, part, number)
    if (!track) return [...found].sort((a, b) => a - b)
    const parts: Buffer[] = []
    for await (const bytes of track.cut.read()) parts.push(bytes)
    for (const tone of await tonesIn(Buffer.concat(parts), tones)) found.add(tone)
  }
}

/** Without the byte before it, which files of two voices keep apart. */
const bytesOf = (tones: readonly Tone[]) =>
  tones.map((tone) => codedTone(tone).subarray(1).toString('latin1'))

it('is so for every state in which a recording lies on the disk, while all others go on being heard', async () => {
  const gone = await speaks('silenced', [1050, 1450, 1850, 2250])
  const stays = await speaks('spoken', [1250, 1650, 2050, 2450])
  expect(await heard(gone, stays)).toEqual([...gone.tones, ...stays.tones])
  // Nothing is finalised of the first.
  expect(await clipped(gone)).toEqual(gone.tones.slice(1))
  // What is sealed has no byte of it.
  expect(place.found(bytesOf(gone.tones))).toEqual(bytesOf(gone.tones.slice(0, 2)))
  const id = await place.ask(gone.visitorId)
  await runJobs(place.deps)
  expect(await place.jobOf(id)).toMatchObject({ phase: 'done', kept: 0 })
  expect(await heard(gone, stays)).toEqual(stays.tones)
  expect([await clipped(gone), await clipped(stays)]).toEqual([[], stays.tones.slice(1)])
  expect(place.found(bytesOf([...gone.tones, ...stays.tones]))).toEqual(bytesOf(stays.tones.slice(0, 2)))
}, 90_000)
