import { describe, expect, it } from '@jest/globals'
import { workerKey } from './cache.ts'
import { toSourceEntries } from './libsrtp.ts'
import { applyEdit, recipeHash, type SourceEdit } from './recipe.ts'

const edit: SourceEdit = { file: 'a.cpp', find: 'old', replace: 'new $&', why: 'it must' }

describe('an edit to the worker source', () => {
  it('replaces its one place, literally', () => {
    expect(applyEdit('an old line', edit)).toBe('an new $& line')
  })

  it.each(['nothing here', 'old and old'])('fails by name on %j', (text) => {
    expect(() => applyEdit(text, edit)).toThrow(/a\.cpp holds "old" [02] times/)
  })
})

describe('the cache key', () => {
  const parts = {
    mediasoupVersion: '3.27.1',
    recipe: 'abc',
    architecture: 'x64',
    sonames: ['libssl.so.3', 'libuv.so.1'],
  }

  it('does not depend on the order of the libraries', () => {
    expect(workerKey({ ...parts, sonames: [...parts.sonames].reverse() })).toBe(workerKey(parts))
  })

  it.each([
    { mediasoupVersion: '3.27.2' },
    { recipe: 'abd' },
    { architecture: 'arm64' },
    { sonames: ['libssl.so.4', 'libuv.so.1'] },
  ])('changes with %j', (change) => {
    expect(workerKey({ ...parts, ...change })).not.toBe(workerKey(parts))
  })

  it('has a stable recipe hash', () => {
    expect(recipeHash()).toMatch(/^[0-9a-f]{12}$/)
    expect(recipeHash()).toBe(recipeHash())
  })
})

describe('source entries from the machine lists', () => {
  it('turns Debian stanzas and leaves others out', () => {
    const text =
      'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n\nTypes: deb\nURIs: https://other.example/apt\nSuites: x\n'
    expect(toSourceEntries('debian.sources', text)).toBe(
      'Types: deb-src\nURIs: http://mirror.example/debian\nSuites: bookworm\n',
    )
  })

  it('turns one-line entries', () => {
    const text =
      'deb http://mirror.example/debian bookworm main\n# deb http://x/debian y\ndeb-src http://x/debian y\n'
    expect(toSourceEntries('main.list', text)).toBe('deb-src http://mirror.example/debian bookworm main\n')
  })
})
