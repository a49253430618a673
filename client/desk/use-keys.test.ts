import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { press } from './use-keys.ts'

let done: string[]
let kept: string[]
const keys = {
  'Alt+A': () => done.push('accept'),
  'Alt+H': () => done.push('hold'),
  'Alt+ArrowDown': () => done.push('down'),
  n: () => done.push('next'),
}

/** A key held down: pressed once, and repeated twice. */
function hold(key: string, code: string, altKey: boolean): string[] {
  for (const repeat of [false, true, true]) {
    const preventDefault = () => void kept.push(code)
    press({ key, code, altKey, repeat, preventDefault, target: null } as unknown as KeyboardEvent, keys)
  }
  return done
}

beforeEach(() => {
  done = []
  kept = []
  Object.assign(globalThis, { document: { querySelector: () => null }, HTMLElement: class {} })
})
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'document')
  Reflect.deleteProperty(globalThis, 'HTMLElement')
})

describe('a key held down', () => {
  it.each([
    ['a', 'KeyA', 'accept'],
    ['h', 'KeyH', 'hold'],
  ])('with Alt does once what it does (%s), and nothing of the browser’s', (key, code, what) => {
    expect(hold(key, code, true)).toEqual([what])
    expect(kept).toHaveLength(3)
  })

  it('goes on from row to row', () => {
    expect(hold('ArrowDown', 'ArrowDown', true)).toEqual(['down', 'down', 'down'])
    done = []
    expect(hold('n', 'KeyN', false)).toEqual(['next', 'next', 'next'])
  })
})
