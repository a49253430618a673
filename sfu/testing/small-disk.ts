/** A disk that is soon full. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MB = 1024 * 1024

export type SmallDisk = {
  folder: string
  /** Until so many megabytes are left. */
  fill(leftMb: number): Promise<void>
  free(): Promise<void>
  remove(): Promise<void>
}

/** Null, and said, where whoever runs the tests may not mount one. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), 'disk-'))
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).catch(
    () => null,
  )
  if (mounted === null) {
    console.warn('no disk can be mounted here: what a full one does is not tested')
    await rm(folder, { recursive: true })
    return null
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    async fill(leftMb) {
      const { bavail, bsize } = await statfs(folder)
      // Others may write meanwhile: then not all of it fits, and nothing is left.
      await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leftMb * MB))).catch(() => undefined)
    },
    free: () => rm(ballast),
    async remove() {
      await run('umount', [folder])
      await rm(folder, { recursive: true })
    },
  }
}
