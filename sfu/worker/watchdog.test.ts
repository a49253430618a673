import { describe, expect, it } from '@jest/globals'
import { until } from '../testing/until.ts'
import { startWatchdog } from './watchdog.ts'

const quick = { everyMs: 10, deadlineMs: 30, missesToKill: 2 }

describe('startWatchdog', () => {
  it('calls out after two pings in a row without an answer', async () => {
    let pings = 0
    let hung = 0
    // A round that is late by `everyMs` counts for nothing: this machine may well be late by a little.
    const patient = { everyMs: 200, deadlineMs: 50, missesToKill: 2 }
    startWatchdog({ ...patient, ping: () => new Promise(() => pings++), onHung: () => hung++ })
    await until(() => hung === 1)
    expect(pings).toBe(2)
  })

  it('forgives one miss, and a worker that says that it is closed', async () => {
    let pings = 0
    let hung = 0
    const answers = [
      () => new Promise(() => undefined),
      () => Promise.resolve(),
      () => Promise.reject(new Error()),
    ]
    const ping = () => answers[pings++ % 3]?.() ?? Promise.resolve()
    const stop = startWatchdog({ ...quick, ping, onHung: () => hung++ })
    await until(() => pings > 8)
    stop()
    expect(hung).toBe(0)
  })

  it('says nothing about a round in which this process itself hung', async () => {
    let pings = 0
    let hung = 0
    const ping = () => {
      pings += 1
      const until = performance.now() + 100
      while (performance.now() < until);
      return new Promise(() => undefined)
    }
    const stop = startWatchdog({ ...quick, ping, onHung: () => hung++ })
    await until(() => pings > 3)
    stop()
    expect(hung).toBe(0)
  })
})
