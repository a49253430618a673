import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { types } from 'mediasoup'
import { nodeNow } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import type { RoomContext } from '../room/room-context.ts'
import type { Flusher } from './flusher.ts'
import { JOURNAL_FILE, Journal } from './journal.ts'
import { ANNOUNCED_FILE, INDEX_FILE } from './paths.ts'

const CLOCK_EVERY_MS = 10_000

export type FolderOptions = { recordingsDir: string; bootId: string; flusher: Flusher }

/** Where a room is recorded: its folder and journal, and the way by which packets come. */
export class OpenFolder {
  readonly path: string
  readonly direct: types.DirectTransport
  readonly journal: Journal
  readonly #flusher: Flusher
  readonly #clock: NodeJS.Timeout
  readonly #tellClock: () => void

  private constructor(
    path: string,
    direct: types.DirectTransport,
    { journal, tellClock }: Opened,
    flusher: Flusher,
  ) {
    this.path = path
    this.direct = direct
    this.journal = journal
    this.#flusher = flusher
    this.#tellClock = tellClock
    this.#clock = setInterval(tellClock, CLOCK_EVERY_MS)
    flusher.add(journal)
  }

  static async open(context: RoomContext, options: FolderOptions): Promise<OpenFolder> {
    const path = join(options.recordingsDir, context.roomId)
    await mkdir(path, { recursive: true, mode: 0o700 })
    // The room goes on after a loss: what was finalised in between is finalised anew at its end.
    await rm(join(path, INDEX_FILE), { force: true })
    await rm(join(path, ANNOUNCED_FILE), { force: true })
    const direct = await withDeadline(context.router.createDirectTransport(), 'createDirectTransport')
    const opened = await openJournal(path, context, options.bootId).catch((error: unknown) => {
      direct.close()
      throw error
    })
    return new OpenFolder(path, direct, opened, options.flusher)
  }

  async close(reason: string): Promise<void> {
    clearInterval(this.#clock)
    this.direct.close()
    this.#flusher.remove(this.journal)
    this.#tellClock()
    this.journal.write({ t: 'end', node: nodeNow(), reason })
    await this.journal.close()
  }
}

type Opened = { journal: Journal; tellClock: () => void }

async function openJournal(
  path: string,
  { roomId, installationId, serverNow }: RoomContext,
  boot: string,
): Promise<Opened> {
  const journal = await Journal.open(join(path, JOURNAL_FILE))
  const tellClock = () => {
    const node = nodeNow()
    journal.write({ t: 'clock', node, server: node + (serverNow() - nodeNow()) })
  }
  journal.write({ t: 'start', boot, installationId, roomId, node: nodeNow() })
  tellClock()
  try {
    await journal.flush()
  } catch (error) {
    await journal.close()
    throw error
  }
  return { journal, tellClock }
}
