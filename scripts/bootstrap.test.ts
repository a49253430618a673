import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { recordOf, writeRecord } from './runner/record.ts'
import { temporaryFolder } from './runner/testing.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

describe('a benchmark', () => {
  it.each(['nothing', 'toString'])(
    '%s is none: it says which there are',
    (name) => {
      const script = join(import.meta.dirname, 'bench.ts')
      const { status, stderr } = spawnSync(process.execPath, [script, name], { encoding: 'utf8' })
      expect(status).toBe(2)
      expect(stderr).toContain(`No benchmark ${name}. There are: chat, `)
      expect(stderr).not.toMatch(/^ +at /m)
    },
    60_000,
  )
})

describe('packages that a new version needs', () => {
  it('are not changed under a Parley that runs', () => {
    for (const part of ['scripts', 'data/run']) mkdirSync(join(folder.path, part), { recursive: true })
    const bootstrap = join(folder.path, 'scripts', 'bootstrap.mjs')
    copyFileSync(join(import.meta.dirname, 'bootstrap.mjs'), bootstrap)
    writeFileSync(join(folder.path, 'package-lock.json'), JSON.stringify({ packages: { '': {}, a: {} } }))
    writeRecord(join(folder.path, 'data', 'run', 'runner.json'), recordOf(process.pid))
    const options = {
      cwd: folder.path,
      env: { PATH: process.env.PATH, DATA_DIR: '' },
      encoding: 'utf8',
    } as const
    const { status, stderr, stdout } = spawnSync(process.execPath, [bootstrap, 'start'], options)
    expect(stderr).toContain(`Parley runs (process ${process.pid})`)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(existsSync(join(folder.path, 'node_modules'))).toBe(false)
  })
})
