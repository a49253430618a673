import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { contrast } from './contrast.ts'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

function values(block: string): Record<string, string> {
  const start = css.indexOf(`${block} {`)
  const body = css.slice(start, css.indexOf('}', start))
  return Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]))
}

/** Foreground, background, least ratio. 7 for running text, 4.5 for other words, 3 for graphics and controls. */
const pairs: [string, string, number][] = [
  ...['canvas', 'surface', 'sunken'].flatMap((ground): [string, string, number][] => [
    ['text', ground, 7],
    ['text-2', ground, 4.5],
    ['text-3', ground, 4.5],
    ['accent-text', ground, 4.5],
    ['wait-text', ground, 4.5],
    ['danger-text', ground, 4.5],
    ['edge', ground, 3],
    ['focus', ground, 3],
    ['accent', ground, 3],
    ['visitor', ground, 3],
    ['agent', ground, 3],
    ['ok', ground, 3],
    ['danger', ground, 3],
  ]),
  ['text', 'visitor-soft', 7],
  ['text', 'agent-soft', 7],
  ['text-2', 'visitor-soft', 4.5],
  ['text-2', 'agent-soft', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['accent-text', 'accent-soft', 4.5],
  ['text', 'accent-soft', 7],
  ['text-2', 'accent-soft', 4.5],
  ['on-note', 'note', 4.5],
  ['on-wait', 'wait', 4.5],
  ['on-danger', 'danger', 4.5],
  ['danger-text', 'danger-soft', 4.5],
]

describe.each([
  ['light', ':root'],
  ['dark', ':root[data-theme="dark"]'],
])('the %s colours', (_theme, block) => {
  const colours = values(block)
  it.each(pairs)('%s on %s is at least %d to 1', (front, back, least) => {
    expect(contrast(colours[front] ?? '', colours[back] ?? '')).toBeGreaterThanOrEqual(least)
  })
})
