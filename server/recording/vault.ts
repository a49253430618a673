/** Sealed recordings in the data folder: one folder for each call, in it one for the attempt that succeeded. */
import { createReadStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { syncFolder } from '../sealing/master-keys.ts'
import { namesIn } from '../storage/names-in.ts'

export type Sealed = { callId: string; generation: string; name: string }

/** Its name in S3. */
export const s3Name = ({ callId, generation, name }: Sealed): string => `${callId}/${generation}/${name}`

/** Before the names of objects that were set aside. */
export const STRAYS = 'strays/'

export type Vault = ReturnType<typeof createVault>

export function createVault(dataDir: string) {
  const root = path.join(dataDir, 'vault')
  const folderOf = ({ callId, generation }: Omit<Sealed, 'name'>) => path.join(root, callId, generation)
  const fileOf = (sealed: Sealed) => path.join(folderOf(sealed), sealed.name)
  return {
    fileOf,
    /** Bytes from `from` up to, but without, `to`. */
    fetch: (sealed: Sealed, from: number, to: number): Readable =>
      createReadStream(fileOf(sealed), { start: from, end: to - 1 }),
    /** On the disk for good when it resolves, but for the folder's own entry. */
    async write(sealed: Sealed, content: AsyncIterable<Buffer>): Promise<void> {
      await mkdir(folderOf(sealed), { recursive: true, mode: 0o700 })
      const handle = await open(fileOf(sealed), 'wx', 0o600)
      try {
        for await (const bytes of content) await handle.appendFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    /** All that was written of this attempt outlives the machine. */
    async keep(attempt: Omit<Sealed, 'name'>): Promise<void> {
      const folder = folderOf(attempt)
      for (const one of [folder, path.dirname(folder), root]) await syncFolder(one)
    },
    async drop(attempt: Omit<Sealed, 'name'>): Promise<void> {
      await rm(folderOf(attempt), { recursive: true, force: true })
    },
    async erase(callId: string): Promise<void> {
      await rm(path.join(root, callId), { recursive: true, force: true })
    },
    /** Calls of which something lies here. */
    calls: (): Promise<string[]> => namesIn(root),
    /** Attempts of a call that lie here. */
    attempts: (callId: string): Promise<string[]> => namesIn(path.join(root, callId)),
  }
}
