import { describe, expect, it } from '@jest/globals'
import { CaptureClock } from './capture-clock.ts'
import { PauseGate } from './pause-gate.ts'

describe('CaptureClock', () => {
  it('takes the earliest arrival, then sender reports, then capture times', () => {
    const clock = new CaptureClock(48_000)
    clock.arrival(0, 1040)
    clock.arrival(960, 1050)
    expect([clock.at(48_000), clock.source]).toEqual([2030, 'arr'])
    // The sender's clock is 5000 behind; it captured RTP 0 at our 1010; the way takes 10.
    for (const at of [0, 1000, 2000]) clock.senderReport(at * 48, at - 3990, at + 1020, 20)
    expect([clock.at(48_000), clock.source]).toEqual([2010, 'sr'])
    clock.captureTime(96_000, 3005)
    clock.arrival(97_000, 99)
    clock.senderReport(0, 0, 0, 0)
    expect([clock.at(48_000), clock.source]).toEqual([2005, 'act'])
  })

  it('is trusted the less the fewer its reports are and the less they agree', () => {
    const clock = new CaptureClock(48_000)
    clock.arrival(0, 1040)
    expect(clock.margin).toBe(400)
    clock.senderReport(0, 0, 1000, 0)
    clock.senderReport(48_000, 1000, 2000, 0)
    expect(clock.margin).toBe(400)
    // This one was read 150 ms late.
    clock.senderReport(96_000, 2000, 3150, 0)
    expect(clock.margin).toBe(210)
    clock.captureTime(96_000, 3005)
    expect(clock.margin).toBe(60)
  })
})

describe('CaptureClock, where time is moved', () => {
  it('goes by what it knew, as far as an arrival can be trusted, until a capture time is told', () => {
    const clock = new CaptureClock(90_000)
    clock.moved()
    clock.arrival(0, 1040)
    clock.captureTime(0, 1000)
    clock.moved()
    expect([clock.at(90_000), clock.source, clock.margin]).toEqual([2000, 'arr', 400])
    clock.captureTime(90_000, 1967)
    expect([clock.at(90_000), clock.source, clock.margin]).toEqual([1967, 'act', 60])
  })
})

describe('PauseGate', () => {
  it('shuts from the pause to the resume, and as much longer as the clock may err', () => {
    const gate = new PauseGate()
    gate.pause(100)
    gate.pause(150)
    gate.resume(200)
    gate.resume(900)
    // After the pause had ended, as packets that were long on their way.
    const shuts = (captured: number, arrived: number, margin = 50) =>
      gate.shuts({ captured, arrived, margin })
    expect([19, 20, 99].map((at) => shuts(at, 99))).toEqual([false, true, true])
    expect([199, 200, 249, 250].map((at) => shuts(at, 260))).toEqual([true, true, true, false])
    gate.pause(1000)
    expect([gate.paused, shuts(5000, 5000, 0), shuts(600, 601, 0)]).toEqual([true, true, false])
  })

  it('lets nothing through that came in the pause, though the sender’s clock has stepped back or ahead', () => {
    const gate = new PauseGate()
    gate.pause(10_000)
    const said = (captured: number) => (arrived: number) => gate.shuts({ captured, arrived, margin: 60 })
    expect([9_999, 10_000, 10_900].map(said(9_000))).toEqual([false, true, true])
    gate.resume(12_000)
    // Captured before the resume, and come after it: neither clock can be right.
    expect([11_999, 12_000, 12_399, 12_400].map(said(9_000))).toEqual([true, true, true, false])
    expect([11_999, 12_100, 12_399, 12_400].map(said(13_000))).toEqual([true, true, true, false])
    expect([12_100, 12_200].map(said(12_070))).toEqual([false, false])
  })
})
