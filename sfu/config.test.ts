import { describe, expect, it } from '@jest/globals'
import { ConfigError, parseConfig } from './config.ts'

const secrets = JSON.stringify({ controlToken: 'a-token-'.repeat(4) })

describe('parseConfig', () => {
  it('has a default for everything but the secret', () => {
    expect(parseConfig({}, secrets)).toMatchObject({
      dataDir: './data',
      recordingsDir: 'data/recordings',
      host: '127.0.0.1',
      mediaPort: 40_000,
      workers: 2,
      logLevel: 'info',
    })
  })

  it('takes no shorter token than the server', () => {
    const short = JSON.stringify({ controlToken: 'x'.repeat(31) })
    expect(() => parseConfig({}, short)).toThrow(/controlToken/)
  })

  it('takes an empty setting for one not given', () => {
    expect(parseConfig({ MEDIA_PORT: '' }, secrets).mediaPort).toBe(40_000)
  })

  it('tells every fault at once', () => {
    const faults = () => parseConfig({ MEDIA_PORT: 'x', MEDIA_WORKERS: '0', LOG_LEVEL: 'loud' }, '{}')
    expect(faults).toThrow(ConfigError)
    expect(faults).toThrow(/MEDIA_PORT[^]*MEDIA_WORKERS[^]*LOG_LEVEL[^]*controlToken/)
    const together = { MEDIA_PORT: '65535', HOST: '0.0.0.0', LOG_LEVEL: 'loud' }
    expect(() => parseConfig(together, secrets)).toThrow(/LOG_LEVEL[^]*MEDIA_PORT[^]*MEDIA_ANNOUNCED_ADDRESS/)
  })

  it('announces what it is told, else the default route’s address where it listens on all', () => {
    const announced = (env: Record<string, string>) => parseConfig(env, secrets, '10.1.2.3').announcedAddress
    expect(announced({})).toBeUndefined()
    expect(announced({ HOST: '0.0.0.0' })).toBe('10.1.2.3')
    expect(announced({ HOST: '0.0.0.0', MEDIA_ANNOUNCED_ADDRESS: '203.0.113.5' })).toBe('203.0.113.5')
  })

  it('refuses ports beyond the last one, and secrets that are no JSON', () => {
    expect(() => parseConfig({ MEDIA_PORT: '65535' }, secrets)).toThrow(/MEDIA_PORT/)
    expect(() => parseConfig({}, 'not json')).toThrow(/SECRETS_FILE/)
    expect(() => parseConfig({ MEDIA_PORT: 'x' }, null)).toThrow(/MEDIA_PORT[^]*SECRETS_FILE: cannot read/)
  })
})
