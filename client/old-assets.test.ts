import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { retireAssets } from './old-assets.ts'

const DAY_MS = 86_400_000
const begin = Date.parse('2026-03-01')

describe('files of earlier builds', () => {
  let root: string
  let folder: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-assets-'))
    folder = mkdtempSync(join(root, 'assets-'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  /** A build that makes these files, so many days after the first. */
  const built = (day: number, files: Record<string, number>) => {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), Buffer.alloc(bytes))
    retireAssets(folder, new Set(Object.keys(files)), join(root, 'old.json'), begin + day * DAY_MS)
  }
  const there = () => readdirSync(folder).sort()

  it('stay for a week after the build that replaced them, however old they are', () => {
    built(0, { 'a-1.js': 1, 'both.js': 1 })
    built(90, { 'a-2.js': 1, 'both.js': 1 })
    expect(there()).toEqual(['a-1.js', 'a-2.js', 'both.js'])
    built(96, { 'a-3.js': 1, 'both.js': 1 })
    expect(there()).toEqual(['a-1.js', 'a-2.js', 'a-3.js', 'both.js'])
    built(97, { 'a-3.js': 1, 'both.js': 1 })
    expect(there()).toEqual(['a-2.js', 'a-3.js', 'both.js'])
  })

  it('count anew when a build has made them again', () => {
    built(0, { 'a-1.js': 1 })
    built(1, { 'a-2.js': 1 })
    built(2, { 'a-1.js': 1 })
    built(8, { 'a-3.js': 1 })
    built(10, { 'a-3.js': 1 })
    expect(there()).toEqual(['a-1.js', 'a-3.js'])
  })

  it('take no more than so much room: the oldest go first', () => {
    const much = 20 * 1024 * 1024
    built(0, { 'a-1.js': much })
    built(1, { 'a-2.js': much })
    built(2, { 'a-3.js': much })
    expect(there()).toEqual(['a-1.js', 'a-2.js', 'a-3.js'])
    built(3, { 'a-4.js': much })
    expect(there()).toEqual(['a-2.js', 'a-3.js', 'a-4.js'])
  })
})
