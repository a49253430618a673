/** Pauses a room's recording at random, and looks in every file, and in what is told for captions, for what was captured meanwhile. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Notice } from '../control/contract.ts'
import { readRaw } from '../recording/raw-reader.ts'
import { readCodedOpus, readCodedVp8 } from './coded-media.ts'
import { type Attached, twoSeats, until } from './node-harness.ts'
import type { Pump } from './rtp-pump.ts'
import { readIndex } from './read-replay.ts'
import { readWebm } from './webm-reader.ts'

/** What marks the sound of each side in a file's bytes. */
const voices = { v: 0x41, a: 0x61 } as const
const MAGIC = 0x5a

type Pumps = { v: Pump; a: Pump; cam: Pump; screen: Pump }
type Track = keyof Pumps
const tracks: Track[] = ['v', 'a', 'cam', 'screen']
/** Numbers of packets and frames, by track. */
type Numbers = Record<Track, Set<number>>
const none = (): Numbers => ({ v: new Set(), a: new Set(), cam: new Set(), screen: new Set() })

export type PausesFound = {
  pauses: number
  /** Packets that were told for captions. */
  captioned: number
  /** Packets and frames that were captured in a pause, and those of them that are in a file or were told. */
  secret: number
  leaked: { track: Track; number: number }[]
  /** The share of what was captured outside of pauses that is in a file: the meter sees. */
  kept: number
}

/** A steady source of numbers below 1 for a seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export class PausedRoom {
  readonly #node: Attached
  readonly #roomId: string
  readonly #random: () => number
  readonly #secret = none()
  #pumps: Pumps[] = []
  #rev = 0
  #epoch = 0
  #pauses = 0

  constructor(node: Attached, roomId: string, seed: number) {
    this.#node = node
    this.#roomId = roomId
    this.#random = seeded(seed)
  }

  /** Both sides sit down, anew after a loss, and send everything. */
  async begin(recording: 'on' | 'paused' = 'on'): Promise<void> {
    for (const pump of this.#pumps) for (const track of tracks) pump[track].stop()
    this.#epoch += 1
    await this.#apply(recording)
    const [visitor, agent] = [
      await this.#node.join(this.#roomId, 'v', this.#epoch),
      await this.#node.join(this.#roomId, 'a', this.#epoch),
    ]
    const first = this.#pumps.length * FAR
    const pumps = {
      v: await visitor.sendMic({ voice: voices.v, first }),
      a: await agent.sendMic({ voice: voices.a, first }),
      cam: await visitor.sendVideo('cam', { first }),
      screen: await agent.sendVideo('screen', { first: first + SCREENS }),
    }
    this.#pumps.push(pumps)
    await until(() => tracks.every((track) => pumps[track].sent() > first + 20))
  }

  /** Nothing captured between the node's word and `resume` may be kept. */
  async pause(): Promise<void> {
    this.#pauses += 1
    await this.#apply('paused')
    this.#note()
  }

  async resume(): Promise<void> {
    this.#note()
    await this.#apply('on')
  }

  /** Between two words everything that is captured is secret. */
  #from: number[] | null = null
  #note(): void {
    const now = this.#due()
    const from = this.#from
    this.#from = from === null ? now : null
    if (from === null) return
    tracks.forEach((track, index) => {
      for (let n = from[index] ?? 0; n < (now[index] ?? 0); n++) this.#secret[track].add(n)
    })
  }

  /** A worker was killed in a pause, and the room is to be begun anew: what was sent until now was secret. */
  async lost(): Promise<void> {
    this.#note()
    await this.begin('paused')
    // What the new senders have sent so far was captured in the same pause.
    const pumps = this.#pumps.at(-1)
    const first = (this.#pumps.length - 1) * FAR
    this.#from = tracks.map((track) => first + (track === 'screen' ? SCREENS : 0))
    if (pumps === undefined) throw new Error('nobody sends')
  }

  async randomly(pauses: number): Promise<void> {
    for (let n = 0; n < pauses; n++) {
      await delay(500 + this.#random() * 700)
      await this.pause()
      // Some are shorter than what is on its way to the recorder, some longer.
      await delay(20 + this.#random() ** 2 * 1_400)
      await this.resume()
    }
    await delay(1_000)
  }

  /** Looks through the raw files, ends the room, and looks through what is made of them. */
  async end(): Promise<PausesFound> {
    const folder = join(this.#node.config.recordingsDir, this.#roomId)
    const found = none()
    await findIn(folder, found)
    const sent = this.#pumps.map((pumps) => tracks.map((track) => pumps[track].sent()))
    await this.#node.client.request('room.close', { roomId: this.#roomId, reason: 'done' })
    const { index } = await this.#node.fact('roomFinalised', (it) => it.roomId === this.#roomId)
    await findIn(folder, found)
    await readIndex(this.#node.config.recordingsDir, index)
    const told = findTold(this.#node.notices, this.#roomId)
    for (const track of ['v', 'a'] as const) for (const n of told[track]) found[track].add(n)
    return { ...this.#judge(found, sent), captioned: told.v.size + told.a.size }
  }

  #judge(found: Numbers, sent: number[][]): Omit<PausesFound, 'captioned'> {
    const leaked = tracks.flatMap((track) =>
      [...found[track]].filter((n) => this.#secret[track].has(n)).map((number) => ({ track, number })),
    )
    const secret = tracks.reduce((sum, track) => sum + this.#secret[track].size, 0)
    const firsts = this.#pumps.map((_, run) =>
      tracks.map((track) => run * FAR + (track === 'screen' ? SCREENS : 0)),
    )
    const all = sent.flatMap((run, index) => run.map((n, track) => n - (firsts[index]?.[track] ?? 0)))
    const outside = all.reduce((sum, n) => sum + n, 0) - secret
    const kept = tracks.reduce((sum, track) => sum + found[track].size, 0)
    return { pauses: this.#pauses, secret, leaked, kept: kept / outside }
  }

  #due(): number[] {
    const pumps = this.#pumps.at(-1)
    return tracks.map((track) => pumps?.[track].due() ?? 0)
  }

  async #apply(recording: 'on' | 'paused'): Promise<void> {
    const rev = ++this.#rev
    const spec = twoSeats(
      { recording, captions: true, ...(recording === 'paused' ? { pause: rev } : {}) },
      this.#epoch,
    )
    await this.#node.client.request('room.apply', { roomId: this.#roomId, rev, spec })
    const { pause } = spec
    if (pause !== undefined)
      await this.#node.fact('recordingPaused', (it) => it.roomId === this.#roomId && it.pause === pause)
  }
}

/** Numbers of one sender and of the next one, and of cameras and screens, lie so far apart. */
const FAR = 100_000
const SCREENS = 50_000

function findTold(notices: readonly Notice[], roomId: string): Numbers {
  const told = none()
  for (const notice of notices) {
    if (notice.type !== 'speech' || notice.roomId !== roomId) continue
    for (const packet of notice.packets) {
      const coded = readCodedOpus(Buffer.from(packet, 'base64'))
      if (coded) told[coded.voice === voices.v ? 'v' : 'a'].add(coded.number)
    }
  }
  return told
}

/** Sound in the bytes of every file; pictures in every file that holds some. */
async function findIn(folder: string, found: Numbers): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const bytes = await readFile(path)
    for (let at = bytes.indexOf(MAGIC); at >= 0 && at + 6 < bytes.length; at = bytes.indexOf(MAGIC, at + 1)) {
      const number = bytes.readUInt32BE(at + 2)
      if (number > 100 * FAR) continue
      if (bytes[at + 1] === voices.v) found.v.add(number)
      if (bytes[at + 1] === voices.a) found.a.add(number)
    }
    if (!name.endsWith('.webm')) continue
    const packets = name.startsWith('video-') ? readWebm(path) : readRaw(path)
    for await (const { data } of packets) {
      if (data.length < 100 || readCodedOpus(data) !== null) continue
      const number = readCodedVp8(data)
      found[number % FAR >= SCREENS ? 'screen' : 'cam'].add(number)
    }
  }
}
