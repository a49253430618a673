import { expect, it } from '@jest/globals'
import { overlapMs, within } from './played.policy.ts'

const span = (from: number, to: number) => ({ from, to })

it('leaves nothing of what lies outside, and what touches is one', () => {
  const told = [
    span(500, 700),
    span(-50, 120),
    span(100, 200),
    span(700, 2_000),
    span(3_000, 4_000),
    span(5, 5),
  ]
  expect(within(told, span(0, 1_000))).toEqual([span(0, 200), span(500, 1_000)])
})

it('counts what was recorded once, however many voices it had', () => {
  const recorded = [span(100, 300), span(150, 350), span(900, 1_000)]
  expect(overlapMs([span(0, 200), span(300, 950)], recorded)).toBe(100 + 50 + 50)
  expect(overlapMs([span(0, 1_000)], [])).toBe(0)
})
