import { describe, expect, it } from '@jest/globals'
import { type Circumstances, type Trouble, troubleOf } from './trouble.ts'

const usual: Circumstances = {
  source: 'mic',
  secure: true,
  supported: true,
  allowedByPolicy: true,
  permission: 'denied',
}
const named = (name: string, message = '') => Object.assign(new Error(message), { name })

const table: [string, Error, Partial<Circumstances>, Trouble][] = [
  ['a remembered no', named('NotAllowedError', 'Permission denied'), {}, 'refused'],
  ['a closed question', named('NotAllowedError', 'Permission dismissed'), {}, 'dismissed'],
  ['a browser that would ask again', named('NotAllowedError'), { permission: 'prompt' }, 'dismissed'],
  ['a browser that does not say', named('NotAllowedError'), { permission: null }, 'refused'],
  ['macOS privacy settings', named('NotAllowedError', 'Permission denied by system'), {}, 'systemRefused'],
  ['no window picked', named('NotAllowedError'), { source: 'screen', permission: null }, 'dismissed'],
  ['no microphone', named('NotFoundError'), {}, 'none'],
  ['a vanished device', named('OverconstrainedError'), {}, 'none'],
  ['another program', named('NotReadableError'), {}, 'busy'],
  ['a failing driver', named('AbortError'), {}, 'busy'],
  ['a strict shop', named('NotAllowedError'), { allowedByPolicy: false }, 'blockedBySite'],
  ['plain HTTP', named('TypeError'), { secure: false, supported: false }, 'insecure'],
  ['a phone without screen sharing', named('TypeError'), { supported: false }, 'unsupported'],
]

describe('the reason why a device does not open', () => {
  it.each(table)('%s', (_what, error, at, trouble) => {
    expect(troubleOf(error, { ...usual, ...at })).toBe(trouble)
  })
})
