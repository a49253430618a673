import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { preparePaths } from './paths.ts'
import { ensureSecrets } from './secrets.ts'
import { runnerSettings } from './settings.ts'
import { temporaryFolder } from './testing.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

const mode = (path: string) => statSync(path).mode & 0o777

describe('the data folder', () => {
  it('is private, with its sockets inside where their addresses fit', () => {
    const paths = preparePaths(join(folder.path, 'data'))
    expect([paths.dataDir, paths.run, paths.logs, paths.postgresSocketDir].map(mode)).toEqual(
      Array(4).fill(0o700),
    )
    expect(paths.sfuSocket.startsWith(paths.run)).toBe(true)
  })

  it('keeps sockets in a short private folder that it remembers when its own path is too long', () => {
    const deep = join(folder.path, 'x'.repeat(60), 'y'.repeat(40))
    const paths = preparePaths(deep)
    const sockets = dirname(paths.sfuSocket)
    expect(Buffer.byteLength(join(paths.postgresSocketDir, '.s.PGSQL.5432'))).toBeLessThanOrEqual(107)
    expect(mode(sockets)).toBe(0o700)
    expect(preparePaths(deep)).toEqual(paths)
    rmSync(sockets, { recursive: true })
    const after = dirname(preparePaths(deep).sfuSocket)
    expect(after).not.toBe(sockets)
    rmSync(after, { recursive: true })
  })
})

describe('the secrets', () => {
  it('are made once, each of 32 bytes, for their owner only', () => {
    const file = join(folder.path, 'secrets.json')
    const made = ensureSecrets(file)
    expect(ensureSecrets(file)).toEqual(made)
    expect(Object.keys(made).sort()).toEqual(['controlToken', 'jwtSecret'])
    expect(Object.values(made).map((secret) => Buffer.from(secret, 'base64url').length)).toEqual([32, 32])
    expect(made.controlToken).not.toBe(made.jwtSecret)
    expect(mode(file)).toBe(0o600)
  })

  it('are completed when a later version needs one more, and what else is there stays', () => {
    const file = join(folder.path, 'secrets.json')
    const jwtSecret = 'a'.repeat(43)
    writeFileSync(file, JSON.stringify({ jwtSecret, own: 'kept' }))
    expect(ensureSecrets(file).jwtSecret).toBe(jwtSecret)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ own: 'kept', jwtSecret })
    expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false)
  })
})

describe('the settings for the children', () => {
  const made = { databaseUrl: 'postgres://x', workerBin: '/worker' }

  it('have defaults, and an empty variable counts as none', () => {
    const { env, publicUrl, localUrl } = runnerSettings({ PORT: '' }, preparePaths(folder.path), made)
    expect(env).toMatchObject({
      PORT: '3000',
      HOST: '127.0.0.1',
      MEDIA_PORT: '40000',
      DATABASE_URL: 'postgres://x',
    })
    expect([publicUrl, localUrl]).toEqual(['http://localhost:3000', 'http://127.0.0.1:3000'])
  })

  it('tell another media port from a changed setting that the media node does not read', () => {
    const paths = preparePaths(folder.path)
    const fingerprintOf = (env: NodeJS.ProcessEnv) => runnerSettings(env, paths, made).mediaSettings
    expect(fingerprintOf({ MEDIA_PORT: '41000' })).not.toBe(fingerprintOf({}))
    expect(fingerprintOf({ LOG_LEVEL: 'debug' })).toBe(fingerprintOf({}))
  })
})
