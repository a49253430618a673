import { LinkifyIt } from 'linkify-it'

export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string }

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false })

/** Only what may be followed safely; anything else that looks like a link stays text. */
const safe = (href: string): boolean => /^(https?:|mailto:)/i.test(href)

/** What a person typed, cut at its links. The parts joined give the text back unchanged. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of linkify.match(text) ?? []) {
    if (!safe(match.url)) continue
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) })
    parts.push({ kind: 'link', text: match.raw, href: match.url })
    end = match.lastIndex
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}
