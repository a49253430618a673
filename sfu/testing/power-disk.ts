/** A disk whose power can be cut: what was written and not synced is gone, as where a machine stops. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DISK_MB = 96
/** EXT4_IOC_SHUTDOWN, and its flag that not even the journal is written (fs/ext4/ext4.h). */
const SHUTDOWN = 0x80_04_58_7d
const NOLOGFLUSH = 2
const PERL = `sysopen(my $d, $ARGV[0], 0) or die $!; my $how = pack("L", ${NOLOGFLUSH}); ioctl($d, ${SHUTDOWN}, $how) or die $!`

export type PowerDisk = {
  /** Nothing more reaches the disk. */
  cut(): Promise<void>
  /** After whatever had files open there has ended: the disk as it was when the power went. */
  restore(): Promise<void>
  remove(): Promise<void>
}

/** At `folder`. Null where whoever runs the tests may not mount one. */
export async function powerDisk(folder: string): Promise<PowerDisk | null> {
  const own = await mkdtemp(join(tmpdir(), 'power-'))
  const image = join(own, 'image')
  const mount = () => run('mount', ['-o', 'loop', image, folder])
  const mounted = await run('truncate', ['-s', `${DISK_MB}M`, image])
    .then(() => run('mkfs.ext4', ['-q', '-F', image]))
    .then(() => mkdir(folder, { recursive: true }))
    .then(mount)
    .catch(() => null)
  if (mounted === null) {
    await rm(own, { recursive: true })
    return null
  }
  return {
    cut: async () => void (await run('perl', ['-e', PERL, folder])),
    async restore() {
      await run('umount', [folder])
      await mount()
    },
    async remove() {
      await run('umount', [folder])
      await rm(own, { recursive: true })
    },
  }
}
