import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { Frame, Page } from 'playwright-core'
import { everyLook, type Look, nameOf } from '../../scripts/screens/look.ts'
import { tour } from '../../scripts/screens/tour.ts'
import { walk } from '../../scripts/screens/walk.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const desk = path.resolve(import.meta.dirname, '../../client/desk/frame.tsx')

/** Every language; both widths and both colour schemes between them. `LOOKS=fa-1440-dark,…` asks for others. */
const asked = process.env.LOOKS?.split(',')
const usual: Look[] = [
  { locale: 'en', width: 1440, theme: 'light' },
  { locale: 'fa', width: 390, theme: 'dark' },
  { locale: 'ru', width: 390, theme: 'light' },
]
const looks = asked ? everyLook.filter((look) => asked.includes(nameOf(look))) : usual

type Violation = { id: string; nodes: { html: string; failureSummary?: string }[] }

/** Runs in the page: all that a check can depend on. */
function stateOf(): string {
  const roots: ShadowRoot[] = []
  const walk = (root: ParentNode): void => {
    for (const element of root.querySelectorAll('*')) {
      if (!element.shadowRoot) continue
      roots.push(element.shadowRoot)
      walk(element.shadowRoot)
    }
  }
  walk(document)
  const fields = document.querySelectorAll<HTMLInputElement>('input, select, textarea')
  const typed = [...fields].map(({ value, checked, validity }) => [value, checked, validity?.valid])
  const { scrollX, scrollY, innerWidth, innerHeight } = window
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const place = [
    location.href,
    scrollX,
    scrollY,
    innerWidth,
    innerHeight,
    dark,
    document.activeElement?.outerHTML,
  ]
  return JSON.stringify([place, typed, document.documentElement.getHTML({ shadowRoots: roots })])
}

const unchanged = new WeakMap<Frame, string>()

async function violationsIn(frame: Frame): Promise<string[]> {
  // The shop's page stands beside many states of the panel in it, as it was.
  const state = await frame.evaluate(stateOf)
  if (unchanged.get(frame) === state) return []
  unchanged.set(frame, state)
  // Half a megabyte to parse: once for each document, which the desk and the panel keep over many states.
  if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(axeSource)
  const found = await frame.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: unknown): Promise<{ violations: Violation[] }> }
    }
    // Of what passes each rule no account is kept: it takes as long as the check itself.
    return (await axe.run({ iframes: false, resultTypes: ['violations'] })).violations
  })
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

/** The page's own frame and the panel's; the shop's page is checked too, since the launcher stands in it. */
async function violations(page: Page): Promise<string[]> {
  const all = await Promise.all(page.frames().map(violationsIn))
  return all.flat()
}

describe('every screen and state', () => {
  it('is on the tour: no route of the desk is missing', () => {
    const routes = [...readFileSync(desk, 'utf8').matchAll(/<Route path="([^"]+)"/g)].map(
      (match) => `/desk${match[1]}`,
    )
    expect(routes.length).toBeGreaterThan(2)
    const visited = new Set(tour.flatMap((step) => step.routes))
    expect(routes.filter((route) => !visited.has(route))).toEqual([])
  })

  // Beside each other: one walk alone leaves a core idle.
  it.concurrent.each(looks)(
    'is reached and has no fault for assistive technology: $locale, $width px, $theme',
    async (look) => {
      const faults: string[] = []
      await walk(look, {
        see: async ({ step, who, page }) => {
          for (const fault of await violations(page))
            faults.push(`${nameOf(look)} ${step.name} ${who}: ${fault}`)
        },
        trouble: async (step, error) => {
          faults.push(`${nameOf(look)} ${step.name}: not reached: ${String(error).split('\n')[0]}`)
        },
      })
      expect(faults).toEqual([])
    },
    1_500_000,
  )
})
