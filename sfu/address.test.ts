import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from '@jest/globals'
import { defaultRouteAddress, isWildcard } from './address.ts'

describe('defaultRouteAddress', () => {
  it('is an address of this machine, or null without a way out', async () => {
    const address = await defaultRouteAddress()
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((it) => it.address))
    expect(address === null || (isIPv4(address) && own.includes(address))).toBe(true)
  })

  it('is asked for where every address is listened on', () => {
    expect(['0.0.0.0', '::', '127.0.0.1', '10.0.0.1'].map(isWildcard)).toEqual([true, true, false, false])
  })
})
