import { describe, expect, it } from '@jest/globals'
import type { Fact } from './contract.ts'
import { FactLog } from './fact-log.ts'

const fact = (roomId: string): Fact => ({ type: 'recordingPaused', pause: 1, roomId, at: 0 })

describe('FactLog', () => {
  it('numbers facts in one row and keeps each until its installation has committed it', () => {
    const log = new FactLog()
    log.add('a', fact('1'))
    log.add('b', fact('2'))
    log.add('a', fact('3'))
    expect(log.last).toBe(3)
    expect(log.ack('a', 2)).toEqual([fact('1')])
    expect(log.pending('a').map(({ no }) => no)).toEqual([3])
    expect(log.pending('b').map(({ no }) => no)).toEqual([2])
  })

  it('drops the oldest half when full and says so once to those who lost something', () => {
    const log = new FactLog(4)
    log.add('a', fact('1'))
    log.add('a', fact('2'))
    for (let i = 0; i < 3; i++) log.add('b', fact(String(i)))
    expect([log.takeGap('a'), log.takeGap('a'), log.takeGap('c')]).toEqual([true, false, false])
    expect(log.pending('b').at(-1)?.no).toBe(5)
  })
})
