import { expect, it } from '@jest/globals'
import { createCaptions } from './captions.ts'

const line = (n: number, at: number) => ({ n, at, seat: 'agent', text: `line ${n}` })
const numbers = ({ $captions }: ReturnType<typeof createCaptions>) => $captions.get().lines.map(({ n }) => n)

it('captions stand in the order in which they were said, each once, and not for ever', () => {
  const captions = createCaptions()
  captions.take({ callId: 'k', lines: [line(2, 2_000), line(3, 3_000)] })
  captions.take({ callId: 'k', lines: [line(4, 1_000)] })
  captions.take({ callId: 'k', lines: [line(3, 3_000)] })
  expect(numbers(captions)).toEqual([4, 2, 3])
  for (let n = 5; n < 100; n++) captions.take({ callId: 'k', lines: [line(n, n * 1_000)] })
  expect(captions.$captions.get().lines).toHaveLength(50)
})

it('a line that changes is shown as it is now, and not at all when nothing is left of it', () => {
  const captions = createCaptions()
  captions.take({ callId: 'k', lines: [line(1, 1_000), line(2, 2_000)] })
  captions.take({ callId: 'k', lines: [{ ...line(1, 1_000), text: '••••' }] })
  expect(captions.$captions.get().lines.map(({ text }) => text)).toEqual(['••••', 'line 2'])
  captions.take({ callId: 'k', lines: [{ ...line(1, 1_000), text: '' }] })
  expect(numbers(captions)).toEqual([2])
})

it('that something is missing is said until something comes', () => {
  const captions = createCaptions()
  captions.take({ callId: 'k', lines: [line(1, 1_000)] })
  captions.take({ callId: 'k', lines: [], late: true })
  expect(captions.$captions.get()).toMatchObject({ late: true, lines: [{ n: 1 }] })
  captions.take({ callId: 'k', lines: [line(2, 2_000)] })
  expect(captions.$captions.get().late).toBe(false)
})
