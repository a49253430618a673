import { describe, expect, it } from '@jest/globals'
import { Answers } from './answers.ts'

describe('Answers', () => {
  it('tells a repeat from a new request, a changed one and one too late', () => {
    const answers = new Answers()
    expect(answers.isRepeat('a', { x: [1] })).toBe(false)
    answers.remember('a', { x: [1] })
    expect(answers.isRepeat('a', { x: [1] })).toBe(true)
    expect(() => answers.isRepeat('a', { x: [2] })).toThrow(/other parameters/)
    answers.bury('a')
    answers.bury('unknown')
    expect(() => answers.isRepeat('a', { x: [1] })).toThrow(/closed/)
  })
})
