/** Just enough SVG for plots that are read in a page of text. */

const escape = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)

const number = (value: number): string => String(Math.round(value * 100) / 100)

type Attributes = Record<string, string | number>

function tag(name: string, attributes: Attributes, inner = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? number(value) : escape(value)}"`,
  )
  return `<${name}${written.join('')}>${inner}</${name}>`
}

export const line = (from: [number, number], to: [number, number], stroke: string): string =>
  tag('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], stroke })

export const text = (at: [number, number], words: string, more: Attributes = {}): string =>
  tag('text', { x: at[0], y: at[1], ...more }, escape(words))

export const rectangle = (at: [number, number], size: [number, number], fill: string): string =>
  tag('rect', { x: at[0], y: at[1], width: size[0], height: Math.max(0, size[1]), fill })

export const circle = (at: [number, number], radius: number, fill: string): string =>
  tag('circle', { cx: at[0], cy: at[1], r: radius, fill })

export const path = (points: readonly [number, number][], stroke: string): string =>
  tag('polyline', {
    points: points.map(([x, y]) => `${number(x)},${number(y)}`).join(' '),
    ...{ stroke, fill: 'none', 'stroke-width': 1.5 },
  })

/** A whole picture on white, so that it can be read on a dark page too. `title` is what a screen reader says. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const frame = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    ...{ width, height, role: 'img', 'font-family': 'system-ui, sans-serif', 'font-size': 11 },
  }
  const all = [tag('title', {}, escape(title)), rectangle([0, 0], [width, height], '#ffffff'), ...parts]
  return `${tag('svg', frame, `\n${all.join('\n')}\n`)}\n`
}
