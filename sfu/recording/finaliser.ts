import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withDeadline } from '../deadline.ts'
import { NodeError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Finalised, finaliseFolder, removeRaw } from './finalise.ts'
import { JOURNAL_FILE, Journal, readJournal } from './journal.ts'
import { ANNOUNCED_FILE, INDEX_FILE, TAKEN_FILE } from './paths.ts'
import { Unreadable } from './raw-reader.ts'
import { readRecording } from './read-recording.ts'

/** A room that was lost may come back: until then its files wait. */
const GRACE_MS = 90_000
/** A node that starts: whoever talks comes back sooner than that, and what is finalised too early is made anew. */
const START_GRACE_MS = 15_000
/** One that failed, for want of room perhaps, is tried again. */
const RETRY_MS = 30_000
/** So often a disk is asked for a raw file that it does not give: for ten minutes. Then what is in it counts as lost. */
const READ_TRIES = 20
/** So long whoever begins a call waits for the disk. */
const LOOK_MS = 1_000
/** Raw files of a room that was never closed on purpose are kept this long beside the finalised ones. */
const KEEP_RAW_MS = 24 * 3600_000

export type FinaliserOptions = {
  recordingsDir: string
  isLive(roomId: string): boolean
  /** The replay of a room stands: `index` is its path below the recordings folder. */
  onFinalised(installationId: string, roomId: string, index: string): void
  log: Log
  graceMs?: number
  retryMs?: number
}

/** Finalises one folder after another, those of ended rooms and those an earlier run of the node left behind. */
export class Finaliser {
  readonly #options: FinaliserOptions
  readonly #waiting = new Map<string, NodeJS.Timeout>()
  /** How often a raw file of a room could not be read. */
  readonly #unread = new Map<string, number>()
  #work: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(options: FinaliserOptions) {
    this.#options = options
  }

  /** Looks through the recordings folder once, at the node's start. */
  async start(): Promise<void> {
    for (const roomId of await foldersIn(this.#options.recordingsDir)) await this.#look(roomId)
  }

  /** What cannot even be looked at keeps neither the node nor other recordings waiting. */
  async #look(roomId: string): Promise<void> {
    const folder = this.#folder(roomId)
    try {
      if (await stands(folder)) this.#then(() => this.#tidy(roomId))
      else if (await this.#isSealed(roomId)) this.#then(() => this.#finalise(roomId))
      else this.#later(roomId, this.#options.graceMs ?? START_GRACE_MS)
    } catch (error) {
      this.#options.log.error({ err: error, roomId }, 'a recording cannot be looked at; it is tried again')
      // Not finalised: it may stand, and what it was made of be gone.
      this.#wait(roomId, this.#options.retryMs ?? RETRY_MS, () => this.#look(roomId))
    }
  }

  /** A room ended. `sealed`: on purpose, it never comes back. */
  ended(roomId: string, installationId: string, sealed: boolean): void {
    if (!sealed) return this.#later(roomId)
    clearTimeout(this.#waiting.get(roomId))
    this.#waiting.delete(roomId)
    this.#then(() => this.#finish(roomId, installationId))
  }

  async #finish(roomId: string, installationId: string): Promise<void> {
    if (!(await exists(join(this.#folder(roomId), JOURNAL_FILE)))) return
    await this.#seal(roomId, installationId).catch((error: unknown) => {
      this.#wait(roomId, this.#options.retryMs ?? RETRY_MS, () => this.#finish(roomId, installationId))
      throw error
    })
    // A replay that stands already is whole, and what it was made of may be gone.
    if (await stands(this.#folder(roomId))) await this.#tidy(roomId)
    else await this.#finalise(roomId)
  }

  /**
   * Throws `stale` when the room was closed for good, perhaps in an earlier run of the node. A disk that does not tell, or not in
   * time, keeps nobody from talking.
   */
  async assertOpen(roomId: string): Promise<void> {
    const looked = withDeadline(this.#isSealed(roomId), 'the look at a recording', LOOK_MS)
    const sealed = await looked.catch((err: unknown) => {
      this.#options.log.error({ err, roomId }, 'whether a room was closed cannot be told; it is opened')
      return false
    })
    if (sealed) throw new NodeError('stale', 'the room was closed')
  }

  /** A server has committed that this room's replay stands. */
  announced(roomId: string): void {
    this.#then(() => writeFile(join(this.#folder(roomId), ANNOUNCED_FILE), ''))
  }

  /** Resolves when the folder at hand is done; the others wait for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#waiting.values()) clearTimeout(timer)
    await this.#work
  }

  async #isSealed(roomId: string): Promise<boolean> {
    const path = join(this.#folder(roomId), JOURNAL_FILE)
    if (!(await exists(path))) return false
    return (await readJournal(path)).some(({ t }) => t === 'sealed')
  }

  #folder(roomId: string): string {
    return join(this.#options.recordingsDir, roomId)
  }

  #later(roomId: string, ms = this.#options.graceMs ?? GRACE_MS): void {
    this.#wait(roomId, ms, () => this.#finalise(roomId))
  }

  #wait(roomId: string, ms: number, task: () => Promise<void>): void {
    if (this.#stopped) return
    clearTimeout(this.#waiting.get(roomId))
    const timer = setTimeout(() => {
      this.#waiting.delete(roomId)
      this.#then(task)
    }, ms)
    this.#waiting.set(roomId, timer)
  }

  async #seal(roomId: string, installationId: string): Promise<void> {
    const journal = await Journal.open(join(this.#folder(roomId), JOURNAL_FILE))
    journal.write({ t: 'sealed', installationId })
    await journal.close()
  }

  async #finalise(roomId: string): Promise<void> {
    const folder = this.#folder(roomId)
    if (this.#options.isLive(roomId) || !(await exists(join(folder, JOURNAL_FILE)))) return
    if (await exists(join(folder, TAKEN_FILE))) return
    const begun = performance.now()
    const { size } = await stat(join(folder, JOURNAL_FILE))
    const unread = this.#unread.get(roomId) ?? 0
    const result = await finaliseFolder(
      folder,
      unread < READ_TRIES ? undefined : (segmentId, err) => this.#leave(roomId, segmentId, err),
    ).catch((error: unknown) => {
      if (error instanceof Unreadable) this.#unread.set(roomId, unread + 1)
      this.#later(roomId, this.#options.retryMs ?? RETRY_MS)
      throw error
    })
    this.#unread.delete(roomId)
    if (result === null)
      return this.#options.log.warn({ roomId }, 'a recording without a beginning is left alone')
    // It came back meanwhile: what is written now would be missing.
    if (this.#options.isLive(roomId) || (await stat(join(folder, JOURNAL_FILE))).size !== size)
      return await rm(join(folder, INDEX_FILE), { force: true })
    this.#options.log.info({ roomId, ms: Math.round(performance.now() - begun) }, 'recording finalised')
    if (result.recording.sealed) await removeRaw(folder)
    this.#announce(result)
  }

  #leave(roomId: string, segmentId: string, err: Unreadable): void {
    const lost = 'what the disk does not give of a recording is left out of it'
    this.#options.log.error({ err, roomId, segmentId }, lost)
  }

  /** The replay stands since an earlier run: say so if nobody has taken note, and drop what it was made of. */
  async #tidy(roomId: string): Promise<void> {
    const folder = this.#folder(roomId)
    const recording = readRecording(await readJournal(join(folder, JOURNAL_FILE)))
    if (recording === null || this.#options.isLive(roomId)) return
    if (!(await exists(join(folder, ANNOUNCED_FILE)))) this.#announce({ recording })
    if (await exists(join(folder, TAKEN_FILE))) return
    const age = Date.now() - (await stat(join(folder, INDEX_FILE))).mtimeMs
    if (recording.sealed || age > KEEP_RAW_MS) await removeRaw(folder)
  }

  #announce({ recording }: Pick<Finalised, 'recording'>): void {
    const { installationId, roomId } = recording
    this.#options.onFinalised(installationId, roomId, `${roomId}/${INDEX_FILE}`)
  }

  #then(task: () => Promise<void>): void {
    this.#work = this.#work
      .then(() => (this.#stopped ? undefined : task()))
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'a recording was not finalised'))
  }
}

/** Its replay, here or where a server has taken it. */
async function stands(folder: string): Promise<boolean> {
  return (await exists(join(folder, INDEX_FILE))) || (await exists(join(folder, TAKEN_FILE)))
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
