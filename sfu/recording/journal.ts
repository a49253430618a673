/**
 * The manifest of a room's recordings: one JSON object a line, only ever appended, so that whatever was written before
 * a crash still tells where every byte beside it belongs. Times are ms; `node` is the node's clock, `rtp` is in ticks
 * after the segment's first packet.
 */
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { Role, Source } from '../control/contract.ts'
import { AppendFile } from './append-file.ts'

export { JOURNAL_FILE } from '../control/recording-folder.ts'

const seg = z.string()
const Track = z.object({ seatId: z.string(), role: Role, source: Source })

export const JournalLine = z.discriminatedUnion('t', [
  /** A room began (or began anew, after a worker or node was lost). */
  z.object({
    t: z.literal('start'),
    boot: z.string(),
    installationId: z.string(),
    roomId: z.string(),
    node: z.number(),
  }),
  z.object({ t: z.literal('seat'), id: z.string(), role: Role }),
  /** The server's clock at a moment of the node's. */
  z.object({ t: z.literal('clock'), node: z.number(), server: z.number() }),
  z.object({
    t: z.literal('open'),
    seg,
    seat: z.string(),
    epoch: z.int(),
    role: Role,
    source: Source,
    kind: z.enum(['audio', 'video']),
    rate: z.int(),
    node: z.number(),
    /** Not for the visitor's side. */
    aside: z.boolean().optional(),
  }),
  /** RTP time against the node's clock: from abs-capture-time, or the earliest arrival of a second. */
  z.object({ t: z.literal('pair'), seg, rtp: z.number(), node: z.number(), src: z.enum(['act', 'arr']) }),
  /** A sender report: the sender's clock `ntp` at `rtp`, arrived at `node` with round trip `rtt`. */
  z.object({ t: z.literal('sr'), seg, rtp: z.number(), ntp: z.number(), node: z.number(), rtt: z.number() }),
  /** From this time of the file on, pictures are of this size. */
  z.object({ t: z.literal('size'), seg, at: z.number(), width: z.int(), height: z.int() }),
  /** From this time of the file on, RTP time is off by some ms against what it was before: another simulcast layer. */
  z.object({ t: z.literal('moved'), seg, at: z.number() }),
  /** Pictures were lost here; the next one is a keyframe. */
  z.object({ t: z.literal('freeze'), seg, at: z.number() }),
  z.object({ t: z.literal('close'), seg, node: z.number(), reason: z.string() }),
  z.object({ t: z.literal('pause'), node: z.number() }),
  z.object({ t: z.literal('resume'), node: z.number() }),
  /** Nothing was written from here on, and it was again; `track`: nothing of this one. */
  z.object({ t: z.literal('unwritten'), node: z.number(), reason: z.string(), track: Track.optional() }),
  z.object({ t: z.literal('written'), node: z.number(), track: Track.optional() }),
  z.object({ t: z.literal('end'), node: z.number(), reason: z.string() }),
  /** The room was closed on purpose: it never comes back and its raw files may go once the replay stands. */
  z.object({ t: z.literal('sealed'), installationId: z.string() }),
])
export type JournalLine = z.infer<typeof JournalLine>

/** Bytes that wait for the disk, beyond which readings of clocks are left out: others of the same come each second. */
const MOST_WAITING = 1024 * 1024
const readings: ReadonlySet<JournalLine['t']> = new Set(['pair', 'sr', 'clock'])

export class Journal {
  readonly lasting = true
  readonly #file: AppendFile
  /** More than readings, which may wait for what is synced anyway: that spares every other write. */
  #presses = true

  private constructor(file: AppendFile) {
    this.#file = file
  }

  static async open(path: string): Promise<Journal> {
    // A line that is lost would lose what it tells of.
    const file = await AppendFile.open(path, { keeps: true })
    // A torn last line of an earlier run must not swallow the first of this one.
    file.append(Buffer.from('\n'))
    return new Journal(file)
  }

  write(line: JournalLine): void {
    if (readings.has(line.t) && this.#file.waiting > MOST_WAITING) return
    this.#presses ||= !readings.has(line.t)
    this.#file.append(Buffer.from(`${JSON.stringify(line)}\n`))
  }

  /** What is wanted on the disk soon; all with `sync`. */
  flush(): Promise<void> {
    if (!this.#presses) return Promise.resolve()
    return this.#flush()
  }

  async sync(): Promise<void> {
    await this.#flush()
    await this.#file.sync()
  }

  #flush(): Promise<void> {
    this.#presses = false
    return this.#file.flush()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** Every whole line; torn ones (a crash in the middle of a write) are left out. Rejects when the file is not there. */
export async function readJournal(path: string): Promise<JournalLine[]> {
  const text = await readFile(path, 'utf8')
  return text.split('\n').flatMap((line) => parseLine(line))
}

function parseLine(line: string): JournalLine[] {
  if (line === '') return []
  try {
    const result = JournalLine.safeParse(JSON.parse(line))
    return result.success ? [result.data] : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
