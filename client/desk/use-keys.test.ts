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

describe('a key where something has the focus', () => {
  /** What the page does of these keys. */
  function pressedIn(what: string, type: string | null, pressed: readonly string[]): string[] {
    class Element extends (globalThis.HTMLElement as unknown as new () => object) {
      closest = (all: string) => (all.split(', ').includes(what) ? { getAttribute: () => type } : null)
    }
    const all = [' ', 'k', 'ArrowLeft', 'Home', '0']
    const known = Object.fromEntries(all.map((key) => [key, () => void done.push(key)]))
    for (const key of pressed) {
      const event = { key, code: '', target: new Element(), preventDefault: () => undefined }
      press(event as unknown as KeyboardEvent, known)
    }
    return done
  }
  const all = [' ', 'k', 'ArrowLeft', 'Home', '0']

  it.each([
    ['a field for words', 'input', 'text', []],
    ['a field of no kind', 'input', null, []],
    ['a long text', 'textarea', null, []],
    ['a choice', 'select', null, []],
    ['a slider', 'input', 'range', [' ', 'k', '0']],
    ['a check mark', 'input', 'checkbox', ['k', 'ArrowLeft', 'Home', '0']],
    ['one of several', 'input', 'radio', ['k', 'Home', '0']],
    ['a button', 'button', null, ['k', 'ArrowLeft', 'Home', '0']],
    ['nothing', 'div', null, all],
  ])('is the page’s but for what the control does with it: %s', (_, what, type, pages) => {
    expect(pressedIn(what, type, all)).toEqual(pages)
  })
})
