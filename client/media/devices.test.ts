import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '../../scripts/runner/testing.ts'
import { createDevices, type Devices } from './devices.ts'

/** As far as one is used here; `ended` comes when it is pulled out. */
class Track extends EventTarget {
  enabled = true
  contentHint = ''
  readyState = 'live'
  readonly of: string
  constructor(of: string) {
    super()
    this.of = of
  }
  getSettings = () => ({})
  applyConstraints = () => Promise.reject(new Error('not while it runs'))
  stop(): void {
    this.readyState = 'ended'
  }
}

type Asked = { exact: string | null; noise: unknown; resolve(): Track; reject(name: string): void }

/** A browser in which each question for a device waits until the test answers it. */
class Booth extends EventTarget {
  readonly asked: Asked[] = []
  enumerateDevices = async () => []
  getSupportedConstraints = () => ({})
  getUserMedia({ audio, video }: MediaStreamConstraints): Promise<MediaStream> {
    const { deviceId, noiseSuppression: noise } = (audio ?? video) as MediaTrackConstraints & {
      deviceId?: { exact: string }
    }
    const exact = deviceId?.exact ?? null
    const answer = Promise.withResolvers<MediaStream>()
    this.asked.push({
      ...{ exact, noise },
      resolve() {
        const track = new Track(exact ?? 'any')
        answer.resolve({ getTracks: () => [track] } as unknown as MediaStream)
        return track
      },
      reject: (name) => answer.reject(Object.assign(new Error('no'), { name })),
    })
    return answer.promise
  }
  /** The question of that number, the first being 1. */
  question(number: number): Promise<Asked> {
    return eventually(`question ${number}`, () => this.asked[number - 1])
  }
}

let booth: Booth
let devices: Devices
const stored = new Map<string, string>()

beforeEach(() => {
  booth = new Booth()
  stored.clear()
  Object.assign(globalThis, {
    window: { isSecureContext: true },
    document: {},
    HTMLMediaElement: class {},
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    },
  })
  Object.defineProperty(globalThis, 'navigator', { value: { mediaDevices: booth }, configurable: true })
  devices = createDevices()
})
afterEach(() => devices.dispose())

/** Opened by a call, as its first question. */
async function opened(source: 'mic' | 'cam' = 'mic'): Promise<Track> {
  const opening = devices.open(source)
  const track = (await booth.question(1)).resolve()
  await opening
  return track
}
const troubled = (source: 'mic' | 'cam') =>
  eventually('it is told that there is none', () => devices.state(source).get().name === 'trouble')

describe('the only device, pulled out in a call', () => {
  async function pulledOut(source: 'mic' | 'cam'): Promise<void> {
    ;(await opened(source)).dispatchEvent(new Event('ended'))
    ;(await booth.question(2)).reject('NotFoundError')
    await troubled(source)
  }

  it.each<[string, () => void]>([
    ['another is chosen', () => void devices.choose('mic', 'b')],
    ['one tries again where it is kept warm', () => void devices.setWarm(true)],
    ['something is plugged in', () => void booth.dispatchEvent(new Event('devicechange'))],
  ])('is asked for again when %s, and carries sound', async (_when, act) => {
    await pulledOut('mic')
    act()
    const track = (await booth.question(3)).resolve()
    await eventually('it is on', () => devices.$mic.get().name === 'on')
    expect(track.enabled).toBe(true)
  })

  it('is asked for again where it is a camera; one that never opened is not', async () => {
    await pulledOut('cam')
    void devices.choose('cam', 'b')
    ;(await booth.question(3)).resolve()
    await eventually('it is on', () => devices.$cam.get().name === 'on')
    devices.close('cam')
    void devices.open('cam')
    ;(await booth.question(4)).reject('NotReadableError')
    await troubled('cam')
    booth.dispatchEvent(new Event('devicechange'))
    await devices.choose('cam', 'c')
    expect(booth.asked).toHaveLength(4)
  })

  it('is not asked for again by a plug where the person said no', async () => {
    void devices.open('mic')
    ;(await booth.question(1)).reject('NotAllowedError')
    await troubled('mic')
    booth.dispatchEvent(new Event('devicechange'))
    expect(booth.asked).toHaveLength(1)
  })
})

describe('a choice that is made while the one before is still opened', () => {
  const using = () => {
    const state = devices.$mic.get()
    return state.name === 'on' ? (state.track as unknown as Track).of : state.name
  }

  it('is what is used', async () => {
    await opened()
    const first = devices.choose('mic', 'a')
    const second = devices.choose('mic', 'b')
    ;(await booth.question(2)).resolve()
    ;(await booth.question(3)).resolve()
    await Promise.all([first, second])
    expect(booth.asked.map(({ exact }) => exact)).toEqual([null, 'a', 'b'])
    expect(using()).toBe('b')
  })

  it('is what is used where the one before cannot be had, and at the first opening', async () => {
    const opening = devices.open('mic')
    const chosen = devices.choose('mic', 'b')
    ;(await booth.question(1)).reject('NotReadableError')
    ;(await booth.question(2)).resolve()
    await Promise.all([opening, chosen])
    expect(using()).toBe('b')
  })

  it('is what is used of two switches', async () => {
    await opened()
    const both = [devices.process({ echo: false }), devices.process({ noise: false })]
    ;(await booth.question(2)).resolve()
    const quick = devices.process({ noise: true })
    await eventually('it is told', () => devices.$processing.get().noise)
    ;(await booth.question(3)).resolve()
    await Promise.all([...both, quick])
    expect(booth.asked.at(-1)?.noise).toBe(true)
  })

  it('is not kept where it has been closed', async () => {
    const opening = devices.open('mic')
    const chosen = devices.choose('mic', 'b')
    devices.close('mic')
    const track = (await booth.question(1)).resolve()
    await Promise.all([opening, chosen])
    expect([track.readyState, using(), booth.asked.length]).toEqual(['ended', 'off', 1])
  })
})

it('a microphone that cannot be had is not shown as the one that is used', async () => {
  await opened()
  const first = devices.choose('mic', 'a')
  ;(await booth.question(2)).resolve()
  await first
  const second = devices.choose('mic', 'b')
  ;(await booth.question(3)).reject('NotReadableError')
  await second
  expect(devices.$choice.get().mic).toBe('a')
  expect(JSON.parse(stored.get('parley.devices') ?? '{}')).toMatchObject({ mic: 'a' })
  expect(booth.asked).toHaveLength(3)
})

it('a switch whose change cannot be had is set back to what is done to the sound', async () => {
  await opened()
  const first = devices.process({ echo: false })
  ;(await booth.question(2)).resolve()
  await first
  const second = devices.process({ noise: false, echo: true })
  ;(await booth.question(3)).reject('NotReadableError')
  await second
  expect(devices.$mic.get().name).toBe('on')
  const truth = { echo: false, gain: true, noise: true, hush: false }
  expect(devices.$processing.get()).toEqual(truth)
  expect(JSON.parse(stored.get('parley.processing') ?? '[]')).toEqual([['', truth]])
})
