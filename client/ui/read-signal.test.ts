import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createReadSignal } from './read-signal.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

/** A thread whose end may be in view, as its component tells of it. */
function thread(atEnd: boolean) {
  const report = jest.fn()
  const view = { atEnd }
  const signal = createReadSignal(() => view.atEnd, report)
  return { view, report, signal, times: () => report.mock.calls.length }
}

describe('what counts as read', () => {
  it('was at the end for a second', () => {
    const { signal, times } = thread(true)
    signal.changed()
    jest.advanceTimersByTime(999)
    expect(times()).toBe(0)
    jest.advanceTimersByTime(1)
    expect(times()).toBe(1)
  })

  it('is also what was scrolled down to, a second after the last of it', () => {
    const { view, signal, times } = thread(false)
    signal.changed()
    jest.advanceTimersByTime(5_000)
    expect(times()).toBe(0)
    for (const atEnd of [false, true]) {
      view.atEnd = atEnd
      signal.changed()
      jest.advanceTimersByTime(600)
    }
    expect(times()).toBe(0)
    jest.advanceTimersByTime(400)
    expect(times()).toBe(1)
  })

  it('is nothing that was left meanwhile', () => {
    const { view, signal, times } = thread(true)
    signal.changed()
    view.atEnd = false
    jest.advanceTimersByTime(1_000)
    view.atEnd = true
    signal.changed()
    signal.stop()
    jest.advanceTimersByTime(1_000)
    expect(times()).toBe(0)
  })
})
