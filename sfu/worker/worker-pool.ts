import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NodeError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type MediaWorker, type MediaWorkerOptions, startMediaWorker } from './media-worker.ts'

const RESTART_MS = 200
const START_TRIES = 10

export type WorkerPoolOptions = Omit<MediaWorkerOptions, 'index'> & {
  count: number
  /** Written on every change: `[{ pid, index, rooms }]`, for operators and tests. */
  listFile: string
  /** The worker is gone with all its rooms. */
  onDead(worker: MediaWorker, reason: string): void
  log: Log
}

/** Keeps `count` workers running; worker n listens on `port + n`, and so does the one that replaces it. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions
  readonly #workers: (MediaWorker | null)[]
  readonly #rooms = new Map<MediaWorker, Set<string>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #stopped = false
  #writing: Promise<void> = Promise.resolve()

  constructor(options: WorkerPoolOptions) {
    this.#options = options
    this.#workers = Array.from({ length: options.count }, () => null)
  }

  /** Rejects when a worker cannot be started: a node without its ports is of no use. */
  async start(): Promise<void> {
    await Promise.all(this.#workers.map((_, index) => this.#spawnAtLast(index)))
  }

  /** The workers of a node that was just killed may hold their ports for a moment longer. */
  async #spawnAtLast(index: number): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#spawn(index)
      } catch (error) {
        if (tries === START_TRIES) throw error
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS))
      }
    }
  }

  /** The worker with the fewest rooms. Throws `unavailable` when none is alive. */
  take(roomId: string): MediaWorker {
    const alive = this.#workers.filter((worker) => worker !== null)
    const least = alive.sort((a, b) => this.#load(a) - this.#load(b))[0]
    if (least === undefined) throw new NodeError('unavailable', 'no media worker is alive at this moment')
    this.#rooms.get(least)?.add(roomId)
    this.#publish()
    return least
  }

  release(worker: MediaWorker, roomId: string): void {
    if (this.#rooms.get(worker)?.delete(roomId)) this.#publish()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const worker of this.#workers) worker?.close()
    await this.#writing
  }

  #load(worker: MediaWorker): number {
    return this.#rooms.get(worker)?.size ?? 0
  }

  async #spawn(index: number): Promise<void> {
    const options = { ...this.#options, index, port: this.#options.port + index }
    const worker: MediaWorker = await startMediaWorker(options, (reason) => this.#died(worker, reason))
    if (this.#stopped) return worker.close()
    this.#workers[index] = worker
    this.#rooms.set(worker, new Set())
    this.#publish()
  }

  #died(worker: MediaWorker, reason: string): void {
    this.#options.log.error({ worker: worker.index, pid: worker.pid, reason }, 'media worker lost')
    this.#workers[worker.index] = null
    this.#rooms.delete(worker)
    this.#options.onDead(worker, reason)
    this.#publish()
    this.#respawn(worker.index, 0)
  }

  #respawn(index: number, delay: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#spawn(index).catch((error: unknown) => {
        this.#options.log.error({ err: error, worker: index }, 'a media worker does not start, trying again')
        if (!this.#stopped) this.#respawn(index, RESTART_MS)
      })
    }, delay)
    this.#timers.add(timer)
  }

  #publish(): void {
    const list = this.#workers
      .filter((worker) => worker !== null)
      .map((worker) => ({
        pid: worker.pid,
        index: worker.index,
        rooms: [...(this.#rooms.get(worker) ?? [])],
      }))
    this.#writing = this.#writing
      .then(() => writeWhole(this.#options.listFile, JSON.stringify(list)))
      .catch((error: unknown) =>
        this.#options.log.warn({ err: error }, 'the list of workers was not written'),
      )
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}
