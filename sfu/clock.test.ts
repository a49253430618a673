import { describe, expect, it } from '@jest/globals'
import { ServerClock } from './clock.ts'

describe('ServerClock', () => {
  it('believes the exchange that had the shortest way', () => {
    const clock = new ServerClock()
    // The server is 1000 ms ahead; messages were 5, 1 and 9 ms under way.
    for (const [node, way] of [
      [10, 5],
      [20, 1],
      [30, 9],
    ] as const)
      clock.observe(1000 + node - way, node)
    expect(clock.toServer(100)).toBe(1099)
  })

  it('forgets old exchanges, so that a step back of the server shows', () => {
    const clock = new ServerClock()
    clock.observe(5000, 0)
    for (let i = 0; i < 30; i++) clock.observe(1000, 0)
    expect(clock.offset).toBe(1000)
  })
})
