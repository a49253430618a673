import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { OpusDecoder } from 'opus-decoder'
import { codedVp8, readCodedVp8 } from '../testing/coded-media.ts'
import { RawRecording } from '../testing/raw-recording.ts'
import { type Heard, readJoined } from '../testing/read-replay.ts'
import { finaliseFolder, removeRaw } from './finalise.ts'
import { JOURNAL_FILE, type JournalLine, readJournal } from './journal.ts'
import { segmentFile } from './paths.ts'
import { readWebm } from '../testing/webm-reader.ts'

/** The server's clock is this far ahead of the node's. */
const SERVER = 1_000_000

let raw: RawRecording
afterEach(() => rm(raw.folder, { recursive: true, force: true }))

async function finalised() {
  const result = await finaliseFolder(raw.folder)
  const audio = result?.index.audio
  if (result === null || !audio) throw new Error('no sound')
  const joined = await readJoined(join(raw.folder, audio.file))
  return { index: result.index, audio, ...joined }
}

/** How far each packet lies from where its capture time puts it, ms. */
function errors(heard: Heard[], startMs: number, capturedAt: (number: number) => number): number[] {
  return heard.map(({ atMs, number }) => startMs + atMs - (SERVER + capturedAt(number)))
}

const worst = (values: number[]) => Math.max(...values.map(Math.abs))

describe('finaliseFolder', () => {
  it('joins both sides on one grid, every packet in its place', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 5000, seconds: 20, sends: (n) => n % 100 < 60 })
    await raw.sound({ seat: 'a', role: 'agent', begins: 8013, seconds: 10, voice: 1, ahead: 2000 })
    await raw.end()
    const { index, audio, sides, durationMs } = await finalised()
    expect(index.startMs).toBeCloseTo(SERVER + 5000, 0)
    expect(audio.channels.map(({ seatId }) => seatId)).toEqual(['v', 'a'])
    expect([durationMs, audio.durationMs]).toEqual([20_000 - 40 * 20, 19_200])
    expect(sides[0].map(({ number }) => number)).toEqual(
      Array.from({ length: 1000 }, (_, n) => n).filter((n) => n % 100 < 60),
    )
    expect(sides[1]).toHaveLength(500)
    expect(worst(errors(sides[0], index.startMs, (n) => 5000 + n * 20))).toBeLessThan(10)
    expect(worst(errors(sides[1], index.startMs, (n) => 8013 + n * 20))).toBeLessThan(15)
    expect(audio.filler[0]?.[0]).toEqual([1200, 2000])
    expect(Buffer.from(audio.peaks[0] ?? '', 'base64').subarray(0, 13)).toEqual(
      Buffer.from([...Array(12).fill(8), 0]),
    )
  })

  it('keeps further seats in files of their own, two in each, on the same grid', async () => {
    raw = await RawRecording.begin()
    const seats = [
      ['v', 'visitor', 0],
      ['a', 'agent', 0],
      ['c1', 'agent', 3000],
      ['g1', 'guest', 4000],
      ['s1', 'supervisor', 5000],
    ] as const
    for (const [voice, [seat, role, begins]] of seats.entries())
      await raw.sound({ seat, role, begins, seconds: 3, voice })
    await raw.end()
    const { index, audio } = await finalised()
    const files = await Promise.all(
      [audio, ...index.further].map(async ({ file, channels, peaks }) => {
        const { sides, durationMs } = await readJoined(join(raw.folder, file))
        const heard = sides.map((side) => [
          side[0]?.voice,
          Math.round((side[0]?.atMs ?? 0) / 100),
          side.length,
        ])
        return { who: channels.map(({ seatId }) => seatId), peaks: peaks.length, heard, durationMs }
      }),
    )
    expect(files).toEqual([
      {
        who: ['v', 'a'],
        peaks: 2,
        heard: [
          [0, 0, 150],
          [1, 0, 150],
        ],
        durationMs: 8_000,
      },
      {
        who: ['c1', 'g1'],
        peaks: 2,
        heard: [
          [2, 30, 150],
          [3, 40, 150],
        ],
        durationMs: 8_000,
      },
      {
        who: ['s1'],
        peaks: 1,
        heard: [
          [4, 50, 150],
          [undefined, 0, 0],
        ],
        durationMs: 8_000,
      },
    ])
  })

  it('keeps what is said apart from the visitor in files of its own', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 9 })
    const agent = { seat: 'a', role: 'agent', voice: 1 } as const
    await raw.sound({ ...agent, begins: 0, seconds: 3 })
    await raw.sound({ ...agent, begins: 3000, seconds: 3, voice: 2, aside: true })
    await raw.sound({ seat: 'c1', role: 'agent', begins: 3500, seconds: 2, voice: 3, aside: true })
    await raw.sound({ ...agent, begins: 6000, seconds: 3 })
    await raw.pictures({ seat: 'a', role: 'agent', begins: 3000, seconds: 2, aside: true })
    await raw.end()
    const { index, sides } = await finalised()
    expect(sides.map((side) => [...new Set(side.map(({ voice }) => voice))])).toEqual([[0], [1]])
    expect([index.further, index.video, index.asides.map(({ channels }) => channels)]).toEqual([
      ...[[], []],
      [
        [
          { seatId: 'a', role: 'agent' },
          { seatId: 'c1', role: 'agent' },
        ],
      ],
    ])
    const [aside] = index.asides
    const apart = await readJoined(join(raw.folder, aside?.file ?? ''))
    expect(
      apart.sides.map((side) => [side[0]?.voice, Math.round((side[0]?.atMs ?? 0) / 100), side.length]),
    ).toEqual([
      [2, 30, 150],
      [3, 35, 100],
    ])
    expect(apart.durationMs).toBe(index.audio?.durationMs)
  })

  it('decodes whole, each side on its own loudspeaker', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 3 })
    await raw.sound({ seat: 'a', role: 'agent', begins: 4000, seconds: 3, voice: 1 })
    await raw.end()
    const { audio } = await finalised()
    const decoder = new OpusDecoder({
      channels: 2,
      streamCount: 2,
      coupledStreamCount: 0,
      channelMappingTable: [0, 1],
      preSkip: 0,
    })
    await decoder.ready
    const packets: Uint8Array[] = []
    for await (const { data } of readWebm(join(raw.folder, audio.file))) packets.push(data)
    const decoded = decoder.decodeFrames(packets)
    expect(decoded.errors).toEqual([])
    expect(decoded.samplesDecoded).toBe(audio.durationMs * 48)
    const energy = (channel: number, fromMs: number) =>
      (decoded.channelData[channel] ?? new Float32Array())
        .subarray(fromMs * 48, (fromMs + 2500) * 48)
        .reduce((sum, sample) => sum + sample * sample, 0)
    expect(energy(0, 200) / (energy(1, 200) + 1e-9)).toBeGreaterThan(100)
    expect(energy(1, 4200) / (energy(0, 4200) + 1e-9)).toBeGreaterThan(100)
    decoder.free()
  })

  it.each([200, -200])(
    'holds the sides together when one clock is %d ppm off, under loss and DTX',
    async (ppm) => {
      raw = await RawRecording.begin()
      const sends = (n: number) => n % 10 !== 3 && n % 500 < 300
      await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 600, ppm, ahead: -2000, sends })
      await raw.sound({ seat: 'a', role: 'agent', begins: 0, seconds: 600, voice: 1, sends })
      await raw.end()
      const { index, sides } = await finalised()
      const drifting = errors(sides[0], index.startMs, (n) => (n * 20) / (1 + ppm / 1e6))
      expect(worst(drifting)).toBeLessThan(25)
      expect(worst(errors(sides[1], index.startMs, (n) => n * 20))).toBeLessThan(15)
    },
    60_000,
  )

  it('keeps lips in step: sound and pictures of one sender share one clock', async () => {
    raw = await RawRecording.begin()
    const sender = { seat: 'v', role: 'visitor', seconds: 60, ppm: 150, ahead: 3_600_000 } as const
    await raw.sound({ ...sender, begins: 0 })
    await raw.pictures({ ...sender, begins: 340 })
    await raw.end()
    const { index } = await finalised()
    const [video] = index.video
    if (video === undefined) throw new Error('no pictures')
    expect(video).toMatchObject({ width: 640, height: 360, source: 'cam', seatId: 'v' })
    expect(video.start).toBeGreaterThan(335)
    expect(video.start).toBeLessThan(345)
    const frames: number[] = []
    for await (const { data, atMs, key } of readWebm(join(raw.folder, video.file))) {
      const number = readCodedVp8(data)
      expect(key).toBe(number % 50 === 0)
      frames.push(video.start + atMs - (340 + (number * 40) / 1.00015))
    }
    expect(frames).toHaveLength(1500)
    expect(worst(frames)).toBeLessThan(10)
  })

  it('keeps pictures at their time where it was moved, as it is when a camera comes in another size', async () => {
    raw = await RawRecording.begin()
    const sender = { seat: 'v', role: 'visitor', seconds: 60, ppm: -120 } as const
    await raw.sound({ ...sender, begins: 0 })
    // The file rounds times to a millisecond, the journal does not.
    const moves = [
      { from: 250, ms: 33 + 7 / 90 },
      { from: 1000, ms: 12 + 40 / 90 },
    ]
    const sizes = [
      [320, 180],
      [1280, 720],
      [640, 360],
    ]
    await raw.pictures({
      ...{ ...sender, begins: 340, moves, reports: false },
      picture(number) {
        const key = number % 50 === 0
        const [width = 0, height = 0] = sizes[moves.filter(({ from }) => number >= from).length] ?? []
        return { data: codedVp8(number, key, width, height), key, width, height }
      },
    })
    await raw.end()
    const { index } = await finalised()
    const [video, ...others] = index.video
    if (video === undefined) throw new Error('no pictures')
    expect(others).toEqual([])
    expect(video).toMatchObject({ width: 1280, height: 720 })
    const off: number[] = []
    for await (const { data, atMs } of readWebm(join(raw.folder, video.file)))
      off.push(video.start + atMs - (340 + (readCodedVp8(data) * 40) / 0.99988))
    expect(off).toHaveLength(1500)
    expect(worst(off)).toBeLessThan(5)
  })

  it('reads files that end in the middle of a packet', async () => {
    raw = await RawRecording.begin()
    const sound = await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 10 })
    const pictures = await raw.pictures({ seat: 'v', role: 'visitor', begins: 0, seconds: 10 })
    await raw.end()
    for (const id of [sound, pictures]) {
      const path = segmentFile(raw.folder, id)
      await truncate(path, Math.floor((await readFile(path)).length * 0.7) + 3)
    }
    await appendFile(join(raw.folder, JOURNAL_FILE), '{"t":"pair","seg":"torn')
    const { sides, index } = await finalised()
    expect(sides[0].length).toBeGreaterThan(300)
    expect(index.video[0]?.durationMs).toBeGreaterThan(6800)
  })

  it('gives the same again after being cut off, and needs no raw file afterwards', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 5 })
    await raw.pictures({ seat: 'v', role: 'visitor', begins: 0, seconds: 5 })
    await raw.end()
    await writeFile(join(raw.folder, 'audio.webm'), 'half of a file')
    await writeFile(join(raw.folder, 'audio.webm.part'), 'half of a file')
    const first = await finaliseFolder(raw.folder)
    expect((await finaliseFolder(raw.folder))?.index).toEqual(first?.index)
    await removeRaw(raw.folder)
    expect(new Set(await readdir(raw.folder))).toEqual(
      new Set(['audio.webm', JOURNAL_FILE, 'replay.json', first?.index.video[0]?.file]),
    )
  })

  it('tells pauses and lost nodes as holes', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 1000, seconds: 5 })
    raw.note({ t: 'pause', node: 2000 })
    raw.note({ t: 'resume', node: 3500 })
    raw.note({ t: 'end', node: 6000, reason: 'the media worker died' })
    raw.note({ t: 'start', boot: 'c', installationId: 'i', roomId: 'room', node: 500 })
    raw.note({ t: 'clock', node: 500, server: SERVER + 8000 })
    await raw.sound({ seat: 'v', role: 'visitor', begins: 1000, seconds: 5 })
    // This time nothing was written any more: it was killed some time after its last reading, at 5540.
    raw.note({ t: 'start', boot: 'd', installationId: 'i', roomId: 'room', node: 0 })
    raw.note({ t: 'clock', node: 0, server: SERVER + 16_000 })
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 1 })
    await raw.end()
    const { index, sides } = await finalised()
    expect(index.holes.map(({ from, to, reason }) => [Math.round(from), Math.round(to), reason])).toEqual([
      [1000, 2500, 'paused'],
      [5000, 7000, 'the media worker died'],
      [12_040, 15_000, 'the media node was lost'],
    ])
    expect(sides[0][250]?.atMs).toBeCloseTo(7500, -1.5)
  })

  it('does not move what begins after the server’s clock was set anew', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 40 })
    raw.note({ t: 'clock', node: 20_000, server: SERVER + 20_000 - 7_000 })
    await raw.sound({ seat: 'a', role: 'agent', begins: 30_000, seconds: 10, voice: 1 })
    raw.note({ t: 'pause', node: 35_000 })
    raw.note({ t: 'resume', node: 36_000 })
    await raw.end()
    const { index, sides } = await finalised()
    expect(worst(errors(sides[1], index.startMs, (n) => 30_000 + n * 20))).toBeLessThan(15)
    expect(index.holes.map(({ from, to }) => [Math.round(from), Math.round(to)])).toEqual([[35_000, 36_000]])
  })

  it('ends a pause and a full disk with the node that was killed in them', async () => {
    raw = await RawRecording.begin()
    const cutOff: JournalLine[] = [
      { t: 'pause', node: 4000 },
      { t: 'unwritten', node: 4000, reason: 'diskFull' },
    ]
    for (const [run, line] of cutOff.entries()) {
      if (run > 0) raw.note({ t: 'start', boot: `${run}`, installationId: 'i', roomId: 'room', node: 0 })
      raw.note({ t: 'clock', node: 0, server: SERVER + run * 10_000 })
      await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 4 })
      raw.note(line)
      raw.note({ t: 'clock', node: 7000, server: SERVER + run * 10_000 + 7000 })
    }
    raw.note({ t: 'start', boot: 'c', installationId: 'i', roomId: 'room', node: 0 })
    raw.note({ t: 'clock', node: 0, server: SERVER + 20_000 })
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 4 })
    await raw.end()
    const { index } = await finalised()
    expect(index.holes.map(({ from, to, reason }) => [Math.round(from), Math.round(to), reason])).toEqual([
      [4000, 7000, 'paused'],
      [7000, 10_000, 'the media node was lost'],
      [14_000, 17_000, 'diskFull'],
      [17_000, 20_000, 'the media node was lost'],
    ])
  })

  it('tells what of one track could not be written, beside what of all was not', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 9 })
    const mic = { seatId: 'v', role: 'visitor', source: 'mic' } as const
    const cam = { seatId: 'v', role: 'visitor', source: 'cam' } as const
    raw.note({ t: 'unwritten', node: 1000, reason: 'notWritten', track: mic })
    raw.note({ t: 'unwritten', node: 2000, reason: 'notWritten', track: cam })
    raw.note({ t: 'written', node: 3000, track: mic })
    raw.note({ t: 'unwritten', node: 4000, reason: 'diskFull' })
    raw.note({ t: 'written', node: 5000 })
    raw.note({ t: 'end', node: 6000, reason: 'done' })
    await raw.end()
    const { index } = await finalised()
    expect(
      index.holes.map((hole) => ({ ...hole, from: Math.round(hole.from), to: Math.round(hole.to) })),
    ).toEqual([
      { from: 1000, to: 3000, reason: 'notWritten', track: mic },
      { from: 2000, to: 6000, reason: 'notWritten', track: cam },
      { from: 4000, to: 5000, reason: 'diskFull' },
    ])
  })

  it('does not believe a sender whose clock is a year off', async () => {
    raw = await RawRecording.begin()
    const id = await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 5 })
    for (let second = 0; second < 5; second++)
      raw.note({ t: 'pair', seg: id, rtp: second * 48_000, node: second * 1_000 + 3e10, src: 'act' })
    await raw.end()
    const { index, audio } = await finalised()
    expect(Math.abs(index.startMs - SERVER)).toBeLessThan(1_000)
    expect(audio.durationMs).toBeLessThan(6_000)
  })

  it('goes on without a file that is not there', async () => {
    raw = await RawRecording.begin()
    await raw.sound({ seat: 'v', role: 'visitor', begins: 0, seconds: 5 })
    const gone = [
      await raw.sound({ seat: 'a', role: 'agent', begins: 0, seconds: 5 }),
      await raw.pictures({ seat: 'a', role: 'agent', begins: 0, seconds: 5 }),
    ]
    await raw.end()
    for (const id of gone) await rm(segmentFile(raw.folder, id))
    const { index, sides } = await finalised()
    expect(sides[0].length).toBeGreaterThan(200)
    expect(index.video).toEqual([])
  })

  it('makes an index of a room in which nobody was heard, and nothing of a folder that is none', async () => {
    raw = await RawRecording.begin()
    await raw.end()
    const result = await finaliseFolder(raw.folder)
    expect(result?.index).toMatchObject({ audio: null, video: [], startMs: SERVER, endMs: SERVER })
    await writeFile(join(raw.folder, JOURNAL_FILE), '{"t":"seat","id":"v","role":"visitor"}\n\nnot json\n')
    expect(await finaliseFolder(raw.folder)).toBeNull()
    expect(await readJournal(join(raw.folder, JOURNAL_FILE))).toHaveLength(1)
  })
})
