import { describe, expect, it } from '@jest/globals'
import { mayReceive, pageToOpen, shownText } from './push.policy.ts'

const hosts = ['fcm.googleapis.com', '.push.services.mozilla.com']

describe('where a push may be sent', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://FCM.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
  ])('%s', (endpoint) => expect(mayReceive(endpoint, hosts)).toBe(true))

  it.each([
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/fcm/send/abc',
    'https://me:pass@fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com@10.0.0.1/',
    'https://fcm.googleapis.com.evil.example/',
    'https://evilfcm.googleapis.com/',
    'https://push.services.mozilla.com/',
    'https://fcm.googleapis.com./',
    'https://fcm.googleapis.com/#x',
    'https://127.0.0.1/',
    'http://127.0.0.1:5432/',
    'http://localhost:3000/',
    'http://2130706433/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'not an address',
    `https://fcm.googleapis.com/${'a'.repeat(1_000)}`,
  ])('not %s', (endpoint) => expect(mayReceive(endpoint, hosts)).toBe(false))

  it('loopback only where it is admitted, and nothing else of this machine with it', () => {
    const admitted = [...hosts, '127.0.0.1']
    expect(mayReceive('http://127.0.0.1:9000/push/1', admitted)).toBe(true)
    expect(mayReceive('http://0x7f.1:9000/push/1', admitted)).toBe(true)
    for (const other of [
      'https://127.0.0.1/',
      'http://127.0.0.2/',
      'http://localhost/',
      'http://[::1]/',
      'http://10.0.0.1/',
    ])
      expect(mayReceive(other, admitted)).toBe(false)
    expect(mayReceive('https://fcm.googleapis.com/a', [])).toBe(false)
  })
})

it('shows what was written only where that is allowed, and not all of it', () => {
  expect(shownText('secret', false)).toBeNull()
  expect(shownText('hello', true)).toBe('hello')
  expect(shownText('  ', true)).toBeNull()
  expect(shownText('😀'.repeat(100), true)?.isWellFormed()).toBe(true)
  expect(shownText('a'.repeat(500), true)).toHaveLength(120)
})

it.each([
  ['https://shop.example/lamp?x=1#top', 'https://shop.example/lamp?x=1&parley=open#top'],
  ['https://evil.example/lamp', 'https://shop.example/?parley=open'],
  ['javascript:alert(1)', 'https://shop.example/?parley=open'],
  [null, 'https://shop.example/?parley=open'],
])('a click that was seen on %s opens %s', (page, opened) => {
  expect(pageToOpen(page, ['https://shop.example', 'https://www.shop.example'])).toBe(opened)
  expect(pageToOpen(page, [])).toBeNull()
})
