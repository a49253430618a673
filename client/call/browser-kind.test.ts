import { describe, expect, it } from '@jest/globals'
import { browserKind } from './browser-kind.ts'

const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const win = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'

describe('browserKind', () => {
  it.each([
    [`${win} Chrome/150.0.0.0 Safari/537.36`, 0, 'chrome'],
    [`${win} Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0`, 0, 'chrome'],
    [`${mac} Version/18.0 Safari/605.1.15`, 0, 'safari'],
    [`${mac} Version/18.0 Safari/605.1.15`, 5, 'ios'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 0, 'firefox'],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36',
      5,
      'android',
    ],
  ] as const)('%s with %d touch points', (agent, touch, kind) => {
    expect(browserKind(agent, touch)).toBe(kind)
  })
})
