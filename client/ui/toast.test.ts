import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { $toasts, dismissToast, showToast } from './toast.tsx'

const there = () => $toasts.get().map(({ text }) => text)
const inView = () => $toasts.get().flatMap(({ text, waits }) => (waits ? [] : [text]))

const screen = (innerWidth: number, innerHeight: number) =>
  Object.assign(globalThis, { innerWidth, innerHeight })

beforeEach(() => {
  jest.useFakeTimers()
  screen(1_440, 900)
})
afterEach(() => {
  for (const { id } of $toasts.get()) dismissToast(id)
  jest.useRealTimers()
})

describe.each([
  { width: 390, height: 844 },
  { width: 320, height: 568 },
  { width: 844, height: 390 },
])('on a screen of $width × $height', ({ width, height }) => {
  beforeEach(() => {
    screen(width, height)
  })

  it('a line that gives way to newer ones has its whole time once they are gone', () => {
    showToast({ text: 'Something failed', look: 'danger' })
    jest.advanceTimersByTime(4_000)
    showToast({ text: 'Saved' })
    showToast({ text: 'Copied' })
    expect(inView()).toEqual(['Saved', 'Copied'])
    jest.advanceTimersByTime(4_999)
    expect(there()).toEqual(['Something failed', 'Saved', 'Copied'])
    jest.advanceTimersByTime(1)
    expect(inView()).toEqual(['Something failed'])
    jest.advanceTimersByTime(4_999)
    expect(there()).toEqual(['Something failed'])
    jest.advanceTimersByTime(1)
    expect(there()).toEqual([])
  })

  it('what can be undone until it is done waits for nothing, and goes when it is done', () => {
    showToast({ text: 'Ends', undo: true, action: { label: 'Undo', run: () => undefined } })
    showToast({ text: 'Saved' })
    showToast({ text: 'Copied', ms: 9_000 })
    showToast({ text: 'Something failed', ms: 9_000 })
    expect(inView()).toEqual(['Ends', 'Copied', 'Something failed'])
    jest.advanceTimersByTime(5_000)
    expect(there()).toEqual(['Saved', 'Copied', 'Something failed'])
  })
})

it('on a large one all have their time beside each other', () => {
  for (const text of ['One', 'Two', 'Three', 'Four']) showToast({ text })
  expect(inView()).toHaveLength(4)
  expect(inView()).toHaveLength(4)
  jest.advanceTimersByTime(5_000)
  expect(there()).toEqual([])
})

it('the same line again takes the place of the one before; what can be acted on stands for itself', () => {
  const action = { label: 'Look', run: () => undefined }
  for (const text of ['Failed', 'Failed']) showToast({ text })
  jest.advanceTimersByTime(1)
  for (const text of ['Mentioned', 'Mentioned']) showToast({ text, action })
  expect(there()).toEqual(['Failed', 'Mentioned', 'Mentioned'])
})
