import { describe, expect, it } from '@jest/globals'
import { createLineSplitter, isDeeperThan } from './frames.ts'

function split(chunks: string[], max?: number) {
  const lines: string[] = []
  let tooLong = 0
  const splitter = createLineSplitter(
    (line) => lines.push(line),
    () => tooLong++,
    max,
  )
  for (const chunk of chunks) splitter.push(Buffer.from(chunk))
  return { lines, tooLong }
}

describe('createLineSplitter', () => {
  it('puts frames together whatever the chunks', () => {
    const text = '{"a":1}\n{"б":"ю"}\n\nlast\n'
    expect(split([text]).lines).toEqual(['{"a":1}', '{"б":"ю"}', 'last'])
    const bytes = Buffer.from(text)
    const lines: string[] = []
    const splitter = createLineSplitter(
      (line) => lines.push(line),
      () => undefined,
    )
    for (const byte of bytes) splitter.push(Buffer.of(byte))
    expect(lines).toEqual(['{"a":1}', '{"б":"ю"}', 'last'])
  })

  it('stops at a frame that is too long, with or without its end', () => {
    expect(split(['short\n', 'x'.repeat(20), '\nmore\n'], 10)).toEqual({ lines: ['short'], tooLong: 1 })
    expect(split([`${'x'.repeat(20)}\nmore\n`], 10)).toEqual({ lines: [], tooLong: 1 })
  })
})

describe('isDeeperThan', () => {
  it('counts levels without recursion', () => {
    expect(isDeeperThan({ a: [{}] }, 3)).toBe(false)
    expect(isDeeperThan({ a: [[{}]] }, 2)).toBe(true)
    expect(isDeeperThan(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)), 24)).toBe(true)
    expect(isDeeperThan(null, 0)).toBe(false)
  })
})
