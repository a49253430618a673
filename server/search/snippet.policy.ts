/** What is shown of a line: the part round its first hit. */

export type Hit = [from: number, to: number]

const LONGEST = 240
const BEFORE = 70
/** A word is not cut off to make the part a little shorter. */
const SLACK = 20

/** `hits`: in order, UTF-16 units of the text; answered in those of the part. Line breaks become spaces. */
export function snippet(
  text: string,
  hits: readonly Hit[],
): { text: string; hits: Hit[]; cut: [boolean, boolean] } {
  const first = hits[0]?.[0] ?? 0
  const from = text.length <= LONGEST ? 0 : beginning(text, Math.max(0, first - BEFORE))
  const to = ending(text, Math.min(text.length, from + LONGEST))
  const inside = hits.filter((hit) => hit[0] >= from && hit[1] <= to)
  return {
    text: text.slice(from, to).replace(/\s/g, ' '),
    hits: inside.map((hit) => [hit[0] - from, hit[1] - from]),
    cut: [from > 0, to < text.length],
  }
}

function beginning(text: string, at: number): number {
  if (at === 0) return 0
  const space = text.slice(at, at + SLACK).search(/\s/)
  return whole(text, space < 0 ? at : at + space + 1)
}

function ending(text: string, at: number): number {
  if (at === text.length) return at
  const tail = text.slice(at - SLACK, at)
  const space = tail.search(/\s\S*$/)
  return whole(text, space < 0 ? at : at - SLACK + space)
}

/** Not between the halves of one sign. */
const whole = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at + 1 : at)
