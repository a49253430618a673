import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { silentLog } from '../log.ts'
import { DiskWatch } from './disk-watch.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('the free space of the recordings', () => {
  const watch = (floorBytes: number, where = folder) => {
    const disk = new DiskWatch({ folder: where, floorBytes, log: silentLog })
    const told: boolean[] = []
    disk.onChange((full) => told.push(full))
    return { disk, told }
  }

  it('is too little below the floor', async () => {
    const { disk, told } = watch(Number.MAX_SAFE_INTEGER)
    await disk.start()
    expect([disk.full, told]).toEqual([true, [true]])
    disk.stop()
  })

  it('is known to be gone by a write that failed for want of it, and by no other', async () => {
    const { disk, told } = watch(0)
    await disk.start()
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    expect(disk.failed(Object.assign(new Error('denied'), { code: 'EACCES' }))).toBe(false)
    expect(disk.full).toBe(false)
    expect(disk.failed(new Error('a recording cannot be written', { cause: full }))).toBe(true)
    expect([disk.full, told]).toEqual([true, [true]])
    disk.stop()
  })

  it('says nothing where the folder is not there yet', async () => {
    const { disk, told } = watch(Number.MAX_SAFE_INTEGER, join(folder, 'none'))
    await disk.start()
    expect([disk.full, told]).toEqual([false, []])
    disk.stop()
  })
})
