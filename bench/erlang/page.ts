/** The comparison as docs/routing.md shows it: a table between two marks, and a picture. */
import { circle, line, picture, rectangle, text } from '../../scripts/simulate/svg.ts'
import type { Figures } from '../../server/routing/simulation/erlang.ts'

export type Found = {
  name: string
  contacts: number
  figures: { key: keyof Figures; exact: number; value: number; error: number }[]
}

export const TITLES: Record<keyof Figures, string> = {
  waits: 'P(wait)',
  abandons: 'P(abandon)',
  meanWaitS: 'E[W], s',
  within: 'in 20 s',
  occupancy: 'occupancy',
}
const KEYS = Object.keys(TITLES) as (keyof Figures)[]

/** Standard errors between the measured and the exact. */
export const off = ({ exact, value, error }: Found['figures'][number]): number => (value - exact) / error

/** Four figures that count. */
const short = (value: number): string => (value === 0 ? '–' : String(Number(value.toPrecision(4))))

export function markdown(all: readonly Found[]): string {
  const titles = KEYS.map((key) => TITLES[key])
  const rows = all.map(({ name, contacts, figures }) => {
    const cells = KEYS.map((key) => {
      const figure = figures.find((one) => one.key === key)
      return figure ? `${short(figure.exact)} / ${short(figure.value)} (${off(figure).toFixed(1)})` : '–'
    })
    return [name, `${(contacts / 1e6).toFixed(1)} M`, ...cells]
  })
  const lines = [['', 'contacts', ...titles], ['---', ...titles.map(() => '---'), '---'], ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const BEGIN = '<!-- erlang: written by npm run bench -- erlang --write -->'
const END = '<!-- erlang: end -->'

/** The page with a new table in the place of the old one. */
export function withTable(page: string, table: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`The page lacks the marks ${BEGIN} and ${END}`)
  return `${page.slice(0, from)}${BEGIN}\n${table}\n${page.slice(to)}`
}

const COLOURS: Record<keyof Figures, string> = {
  waits: '#1f6feb',
  abandons: '#d1242f',
  meanWaitS: '#8250df',
  within: '#1a7f37',
  occupancy: '#9a6700',
}
const LEFT = 270
const STEP = 22
const UNIT = 55
const MOST = 4.5

/** How far each figure lies from the exact one, in standard errors. */
export function drawing(all: readonly Found[]): string {
  const x = (errors: number) => LEFT + (Math.max(-MOST, Math.min(MOST, errors)) + MOST) * UNIT
  const top = 62
  const bottom = top + all.length * STEP
  const legend = KEYS.flatMap((key, index) => {
    const at = 8 + index * 110
    return [circle([at + 5, 38], 4, COLOURS[key]), text([at + 14, 42], TITLES[key])]
  })
  const scale = [-4, -2, 0, 2, 4].flatMap((errors) => [
    line([x(errors), top - 4], [x(errors), bottom], errors === 0 ? '#555555' : '#cccccc'),
    text([x(errors), bottom + 16], String(errors), { 'text-anchor': 'middle' }),
  ])
  const points = all.flatMap(({ name, figures }, index) => {
    const y = top + index * STEP + STEP / 2
    return [
      text([LEFT - 6, y + 4], name, { 'text-anchor': 'end' }),
      ...figures.map((figure) => circle([x(off(figure)), y], 4, COLOURS[figure.key])),
    ]
  })
  const title = 'Simulated minus exact, in standard errors'
  const heading = text([8, 18], title, { 'font-size': 13, 'font-weight': 'bold' })
  const band = rectangle([x(-4), top - 4], [x(4) - x(-4), bottom - top + 4], '#f4f8ff')
  return picture(x(MOST) + 10, bottom + 26, title, [heading, band, ...scale, ...legend, ...points])
}
