import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { parseConfig } from './config.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'parley-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const secretsFile = path.join(folder, 'secrets.json')
const secret = 'x'.repeat(40)
writeFileSync(secretsFile, JSON.stringify({ jwtSecret: secret, controlToken: secret }))

const least = { DATABASE_URL: 'postgres://p@localhost/p', SECRETS_FILE: secretsFile, SFU_SOCKET: '/run/s' }

describe('settings', () => {
  it('have defaults for all but what the runner gives', () => {
    expect(parseConfig(least)).toMatchObject({
      ...{ port: 3000, host: '127.0.0.1', publicUrl: 'http://localhost:3000', demo: true, logLevel: 'info' },
      ...{ chatOfferMs: 30_000, callOfferMs: 20_000, agentGoneMs: 60_000, reopenMs: 86_400_000 },
    })
  })

  it('tell all their faults at once', () => {
    const wrong = {
      PORT: '70000',
      LOG_LEVEL: 'loud',
      TZ: 'Mars/Base',
      DATABASE_URL: 'mysql://x',
      CHAT_CAPACITY: '0',
    }
    expect(() => parseConfig({ ...wrong, SFU_SOCKET: '/run/s', SECRETS_FILE: '/nowhere' })).toThrow(
      /PORT[\s\S]*DATABASE_URL[\s\S]*LOG_LEVEL[\s\S]*TZ: must be[\s\S]*CHAT_CAPACITY[\s\S]*SECRETS_FILE/,
    )
  })

  it('are looked at beside each other even where one of them is wrong by itself', () => {
    const wrong = {
      ...{ PORT: '70000', HOST: '0.0.0.0', S3_BUCKET: 'calls', S3_PREFIX: '../', TRANSCRIBER_KEY: 'k' },
      ...{ RECORDING_KEYS: 'one:short', RECORDING_KEYS_FILE: '/x', PUSH_HOSTS: '127.0.0.1' },
    }
    let said = ''
    try {
      parseConfig({ ...least, ...wrong })
    } catch (error) {
      said = String(error)
    }
    const names = said.split('\n').flatMap((line) => /^  (\w+):/.exec(line)?.[1] ?? [])
    const s3 = ['S3_ENDPOINT', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']
    const beside = ['TRANSCRIBER_KEY', 'RECORDING_KEYS', 'RECORDING_KEYS_FILE', 'PUSH_HOSTS', 'PUBLIC_URL']
    expect(names).toEqual(['PORT', 'S3_PREFIX', ...s3, ...beside])
    // What is wrong is not missing besides.
    const bad = () => parseConfig({ ...least, S3_BUCKET: 'No', HOST: '0.0.0.0', PUBLIC_URL: 'x' })
    expect(bad).not.toThrow(/S3_BUCKET: is needed|https/)
    expect(bad).toThrow(/PUBLIC_URL[\s\S]*S3_BUCKET/)
  })

  it('refuse an open address without https, and have no demo people there', () => {
    expect(() => parseConfig({ ...least, HOST: '0.0.0.0' })).toThrow(/PUBLIC_URL/)
    expect(() => parseConfig({ ...least, HOST: '0.0.0.0', PUBLIC_URL: 'http://x.example' })).toThrow(/https/)
    const open = parseConfig({ ...least, HOST: '0.0.0.0', PUBLIC_URL: 'https://x.example/' })
    expect(open).toMatchObject({ publicUrl: 'https://x.example', demo: false })
  })

  it('take the public address as browsers write it, and refuse more in it than an origin', () => {
    const of = (PUBLIC_URL: string) => parseConfig({ ...least, HOST: '0.0.0.0', PUBLIC_URL }).publicUrl
    expect(of('HTTPS://Talk.Example:443/')).toBe('https://talk.example')
    for (const more of ['me:word@talk.example', 'talk.example/?a=1', 'talk.example/#a', 'talk.example/a'])
      expect(() => of(`https://${more}`)).toThrow(/PUBLIC_URL: must be an origin/)
  })

  it('know where pushes may go: names only, and this machine only where nobody else reaches it', () => {
    const hosts = (PUSH_HOSTS: string, more = {}) => parseConfig({ ...least, PUSH_HOSTS, ...more }).pushHosts
    expect(parseConfig(least).pushHosts).toContain('fcm.googleapis.com')
    expect(hosts('none')).toEqual([])
    expect(hosts('.push.example,127.0.0.1')).toEqual(['.push.example', '127.0.0.1'])
    for (const wrong of ['10.0.0.1', 'localhost', '*', 'a.example,', 'https://a.example', '[::1]', '1.2.3.4'])
      expect(() => hosts(wrong)).toThrow(/PUSH_HOSTS/)
    const open = { HOST: '0.0.0.0', PUBLIC_URL: 'https://x.example' }
    expect(() => hosts('127.0.0.1', open)).toThrow(/PUSH_HOSTS/)
  })

  it('know who writes down what is said, and refuse an address with more in it than that', () => {
    const of = (TRANSCRIBER_URL: string, more = {}) =>
      parseConfig({ ...least, TRANSCRIBER_URL, ...more }).transcriber
    expect(parseConfig(least).transcriber).toBeNull()
    expect(of('http://10.0.0.7:8000/v1/', { TRANSCRIBER_KEY: 'k', TRANSCRIBER_MODEL: 'm' })).toEqual({
      ...{ kind: 'endpoint', url: 'http://10.0.0.7:8000/v1/audio/transcriptions', key: 'k', model: 'm' },
    })
    expect(of('file:///tmp/script.json')).toEqual({ kind: 'script', file: '/tmp/script.json' })
    for (const wrong of ['stt', 'ftp://x/v1', 'https://a:b@x/v1', 'https://x/v1?key=1', 'file://host/script'])
      expect(() => of(wrong)).toThrow(/TRANSCRIBER_URL/)
    expect(() => of('https://x/v1', { TRANSCRIBER_KEY: 'a b' })).toThrow(/TRANSCRIBER_KEY/)
    expect(() => parseConfig({ ...least, TRANSCRIBER_KEY: 'k' })).toThrow(/TRANSCRIBER_URL/)
  })

  it('name master keys and a store for recordings, whole or not at all', () => {
    const key = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY='
    expect(parseConfig(least)).toMatchObject({ masterKeys: { file: null }, s3: null })
    const keys = parseConfig({ ...least, RECORDING_KEYS: `one:${key}` }).masterKeys
    expect(keys).toMatchObject({ given: { active: 'one' } })
    expect(() => parseConfig({ ...least, RECORDING_KEYS: 'one:short' })).toThrow(/RECORDING_KEYS/)
    const both = { RECORDING_KEYS: `one:${key}`, RECORDING_KEYS_FILE: '/x' }
    expect(() => parseConfig({ ...least, ...both })).toThrow(/RECORDING_KEYS_FILE/)
    const s3 = { S3_BUCKET: 'calls', S3_ENDPOINT: 'https://s3.example/', S3_ACCESS_KEY_ID: 'id' }
    expect(() => parseConfig({ ...least, ...s3 })).toThrow(/S3_SECRET_ACCESS_KEY: is needed/)
    const whole = { ...least, ...s3, S3_SECRET_ACCESS_KEY: 'secret' }
    expect(parseConfig(whole).s3).toMatchObject({
      ...{ bucket: 'calls', endpoint: 'https://s3.example', region: 'us-east-1', prefix: 'parley/' },
    })
    const bad = { S3_BUCKET: 'No', S3_ENDPOINT: 'ftp://x', S3_PREFIX: '../', S3_REGION: 'a b' }
    for (const [name, value] of Object.entries(bad))
      expect(() => parseConfig({ ...whole, [name]: value })).toThrow(name)
    expect(() => parseConfig({ ...whole, S3_ENDPOINT: 'https://s3.example/calls' })).toThrow(/without a path/)
  })

  it('treat an empty value as none', () => {
    expect(parseConfig({ ...least, PORT: '' }).port).toBe(3000)
  })
})
