/** Recordings as the media node leaves them: a folder for each call below the data folder. */
import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { faultCode } from '../fault.ts'
import type { ReadableFile } from '../sealing/file.ts'

export function createFolder(dataDir: string) {
  const folderOf = (callId: string) => path.join(dataDir, 'recordings', callId)
  return {
    /** Null: there is no such file. */
    async open(callId: string, name: string): Promise<ReadableFile | null> {
      if (path.basename(name) !== name) return null
      const file = path.join(folderOf(callId), name)
      const found = await stat(file).catch((error: unknown) => {
        if (faultCode(error) === 'ENOENT') return null
        throw error
      })
      if (!found?.isFile()) return null
      const { size } = found
      return {
        size,
        version: versionOf(found),
        read: (from = 0, to = size) =>
          from >= to ? Readable.from([]) : createReadStream(file, { start: from, end: to - 1 }),
      }
    },
    async erase(callId: string): Promise<void> {
      await rm(folderOf(callId), { recursive: true, force: true })
    },
  }
}

export const versionOf = ({ size, mtimeMs }: { size: number; mtimeMs: number }): string =>
  `${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}`
