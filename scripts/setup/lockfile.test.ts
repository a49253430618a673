import { describe, expect, it } from '@jest/globals'
import { completeLockfile, missingOptional } from './lockfile.ts'

const lockfile = {
  packages: {
    '': { optionalDependencies: { present: '1.0.0' } },
    'node_modules/present': { version: '1.0.0' },
    'node_modules/tool': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: {
        '@tool/linux-x64-gnu': '2.0.0',
        '@tool/win32-arm64': '2.0.0',
        '@tool/linux-arm-musleabihf': '2.0.0',
        fsevents: '~2.3.2',
      },
    },
    'node_modules/tool/node_modules/@tool/linux-x64-gnu': { version: '2.0.0', optional: true },
  },
}

describe('a lockfile', () => {
  it('lacks the optional packages that npm could not fetch', () => {
    expect(missingOptional(lockfile).map(({ name }) => name)).toEqual([
      '@tool/win32-arm64',
      '@tool/linux-arm-musleabihf',
    ])
  })

  it('is completed with entries that only their own platform installs', () => {
    const complete = completeLockfile(lockfile)
    expect(missingOptional(complete)).toEqual([])
    expect(complete.packages['node_modules/@tool/win32-arm64']).toEqual({
      version: '2.0.0',
      os: ['win32'],
      cpu: ['arm64'],
      dev: true,
      optional: true,
    })
    expect(complete.packages['node_modules/@tool/linux-arm-musleabihf']?.libc).toEqual(['musl'])
  })
})
