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
    expect([19, 20, 199, 200, 249, 250].map((at) => gate.shuts(at, 50))).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ])
    gate.pause(1000)
    expect([gate.paused, gate.shuts(5000, 0), gate.shuts(300, 0)]).toEqual([true, true, false])
  })
})
