/** Kills media nodes and their workers at random moments of a recording, and looks at what is left and made of it. */
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OpusDecoder } from 'opus-decoder'
import type { Config } from '../config.ts'
import { INDEX_FILE } from '../recording/paths.ts'
import { readRaw } from '../recording/raw-reader.ts'
import { readCodedOpus, readCodedVp8 } from './coded-media.ts'
import { type Attached, attachHarness, testConfig, twoSeats, until } from './node-harness.ts'
import { type NodeProcess, spawnNode } from './node-process.ts'
import { seeded } from './pauses.ts'
import { type PowerDisk, powerDisk } from './power-disk.ts'
import { readIndex, readJoined } from './read-replay.ts'
import { readWebm } from './webm-reader.ts'

/** Numbers of the newest sound and picture; -1: none. */
type Newest = { mic: number; cam: number }
/**
 * `lostMs`: of what was sent until the kill, not on disk; the worse of sound and picture. `starved`: the node or its worker waited for
 * a processor for longer than the loss allows for, so that this says nothing.
 */
export type Killed = {
  roomId: string
  victim: 'node' | 'worker' | 'machine'
  afterMs: number
  lostMs: number
  starved: boolean
  newest: Newest
}
export type KillsFound = {
  kills: Killed[]
  /** From the last start of a node until every recording of its folder was finalised, for each folder. */
  finalisedMs: number[]
  /** Recordings that do not play to their end, and those of which nothing was made. */
  broken: string[]
  orphaned: string[]
}

const MOST_WAIT_MS = 90_000
const STARVED_MS = 150
/** Packets wait so long for their order before they are written. */
const ORDER_MS = 250
/** Recordings that wait in a folder at most for the node that makes something of them: no more calls are cut off by one death. */
const FOLDER_KILLS = 20

type Options = {
  kills: number
  lanes: number
  seed: number
  power?: boolean
  /** One more folder has been looked at. */
  onFolder?(found: KillsFound): void
}

/**
 * `lanes` nodes at a time, each with a folder in which it is killed again and again, and then with the next. With `power` their
 * machines lose it. Rejects where there is to be power, and no disk can be mounted.
 */
export async function runKills({ kills, lanes, seed, power, onFolder }: Options): Promise<KillsFound> {
  const all: KillsFound = { kills: [], finalisedMs: [], broken: [], orphaned: [] }
  const oneLane = async (lane: number) => {
    const random = seeded(seed + lane)
    for (let left = Math.floor((kills + lane) / lanes); left > 0; left -= FOLDER_KILLS) {
      const found = await oneFolder(
        Math.min(left, FOLDER_KILLS),
        `kill-${seed + lane}-${left}`,
        random,
        power,
      )
      all.kills.push(...found.kills)
      all.finalisedMs.push(...found.finalisedMs)
      all.broken.push(...found.broken)
      all.orphaned.push(...found.orphaned)
      onFolder?.(all)
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => oneLane(lane)))
  return all
}

/** Whoever runs this may not mount one. */
export class NoDisk extends Error {}

type Lane = {
  config: Config
  random: () => number
  process: NodeProcess
  node: Attached
  disk: PowerDisk | null
}

async function oneFolder(
  count: number,
  name: string,
  random: () => number,
  power = false,
): Promise<KillsFound> {
  const config = await testConfig()
  const disk = power ? await powerDisk(config.recordingsDir) : null
  if (power && !disk) throw new NoDisk()
  const [process, node] = [await spawnNode(config), await attachHarness(config)]
  const lane: Lane = { config, random, process, node, disk }
  try {
    const kills: Killed[] = []
    for (let n = 0; n < count; n++) kills.push(await killOnce(lane, `${name}-${n}`))
    // Whatever waits for its room to come back is finalised by a node that starts.
    await restart(lane)
    const begun = performance.now()
    const stands = ({ roomId }: Killed) => existsSync(join(config.recordingsDir, roomId, INDEX_FILE))
    // The power may go before anything is on the disk.
    const left = kills.filter(
      ({ victim, newest }) => victim !== 'machine' || newest.mic >= 0 || newest.cam >= 0,
    )
    await until(() => left.every(stands), MOST_WAIT_MS, 'all finalised').catch(() => undefined)
    const finalisedMs = [performance.now() - begun]
    const broken: string[] = []
    for (const one of left.filter(stands)) if (!(await plays(config, one))) broken.push(one.roomId)
    const orphaned = left.filter((one) => !stands(one)).map(({ roomId }) => roomId)
    return { kills, finalisedMs, broken, orphaned }
  } finally {
    lane.node.detach()
    lane.process.child.kill('SIGKILL')
    await lane.process.exited
    await disk?.remove()
    await rm(config.dataDir, { recursive: true, force: true })
  }
}

async function restart(lane: Lane): Promise<void> {
  lane.node.detach()
  lane.process.child.kill('SIGKILL')
  await lane.process.exited
  lane.process = await spawnNode(lane.config)
  lane.node = await attachHarness(lane.config)
}

async function killOnce(lane: Lane, roomId: string): Promise<Killed> {
  const { node, config, random } = lane
  await node.client.request('room.apply', { roomId, rev: 1, spec: twoSeats({ recording: 'on' }) })
  const visitor = await node.join(roomId, 'v')
  const mic = await visitor.sendMic()
  const cam = await visitor.sendVideo('cam')
  await node.fact('segmentOpened', (it) => it.roomId === roomId && it.source === 'cam')
  await node.fact('segmentOpened', (it) => it.roomId === roomId && it.source === 'mic')
  const afterMs = random() * 2_000
  const pids = [lane.process.child.pid ?? 0, await workerOf(config)]
  const waited = await Promise.all(pids.map(waitedMs))
  const opened = performance.now()
  await delay(afterMs)
  const waitedSince = (await Promise.all(pids.map(waitedMs))).map((ms, index) => ms - (waited[index] ?? 0))
  const recordedMs = performance.now() - opened + ORDER_MS
  const victim = lane.disk ? 'machine' : random() < 0.7 ? 'node' : 'worker'
  const sent = { mic: mic.sent(), cam: cam.sent() }
  await lane.disk?.cut()
  if (victim === 'worker') {
    process.kill(await workerOf(config), 'SIGKILL')
    await node.fact('roomLost', (it) => it.roomId === roomId)
  } else {
    lane.process.child.kill('SIGKILL')
    await lane.process.exited
    await lane.disk?.restore()
  }
  const folder = join(config.recordingsDir, roomId)
  // The power may go before the folder itself is on the disk.
  const last = victim === 'machine' && !existsSync(folder) ? { mic: -1, cam: -1 } : await newestIn(folder)
  visitor.close()
  mic.stop()
  cam.stop()
  await restart(lane)
  const lost = Math.max((sent.mic - 1 - last.mic) * 20, (sent.cam - 1 - last.cam) * 40)
  const starved = Math.max(...waitedSince) > STARVED_MS
  // They sent before anything was recorded, too.
  return { roomId, victim, afterMs, lostMs: Math.min(lost, recordedMs), starved, newest: last }
}

async function workerOf(config: Config): Promise<number> {
  const text = await readFile(join(config.dataDir, 'run', 'workers.json'), 'utf8')
  const [worker] = JSON.parse(text) as { pid: number }[]
  if (worker === undefined) throw new Error('the node has no worker')
  return worker.pid
}

/** How long a process has been ready to run and was not run, ms. */
async function waitedMs(pid: number): Promise<number> {
  const [, waited = '0'] = (await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '')).split(' ')
  return Number(waited) / 1e6
}

/** The newest packet and picture in the raw files. */
async function newestIn(folder: string): Promise<Newest> {
  const last = { mic: -1, cam: -1 }
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.webm')) continue
    for await (const { data } of readRaw(join(folder, name))) {
      const coded = readCodedOpus(data)
      if (coded !== null) last.mic = Math.max(last.mic, coded.number)
      else if (data.length > 100) last.cam = Math.max(last.cam, readCodedVp8(data))
    }
  }
  return last
}

/** Every packet of its sound decodes up to the newest that was on disk, and so do its pictures. */
async function plays({ recordingsDir }: Config, { roomId, newest }: Killed): Promise<boolean> {
  const { audio, video } = await readIndex(recordingsDir, `${roomId}/${INDEX_FILE}`)
  const folder = join(recordingsDir, roomId)
  if (newest.mic >= 0 && (audio === null || !(await soundPlays(join(folder, audio.file), newest.mic))))
    return false
  let last = -1
  for (const { file } of video) {
    let first = true
    for await (const { data, key } of readWebm(join(folder, file))) {
      if (first && !key) return false
      first = false
      last = readCodedVp8(data)
    }
  }
  return last === newest.cam
}

async function soundPlays(path: string, newest: number): Promise<boolean> {
  const decoder = new OpusDecoder({
    ...{ channels: 2, streamCount: 2, coupledStreamCount: 0, preSkip: 0 },
    channelMappingTable: [0, 1],
  })
  await decoder.ready
  let whole = true
  for await (const { data } of readWebm(path)) whole &&= decoder.decodeFrame(data).errors.length === 0
  decoder.free()
  const { sides } = await readJoined(path)
  return whole && sides[0].at(-1)?.number === newest
}
