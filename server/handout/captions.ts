/** What was written and said in a conversation, as plain text and as WebVTT. Pure. */
import type { WireEvent } from '../contract/events.ts'
import type { SpokenLine } from '../contract/transcript.ts'
import type { Locale } from '../contract/words.ts'

/** `note`: only staff may read it. `at`, and of what was spoken `until`: ms since 1970. */
export type Said = { at: number; until?: number; who: string; text: string; note: boolean }

/** How long a line stands when no other follows, and at least, ms. */
const STANDS_MS = 6_000
const AT_LEAST_MS = 1_500

const words: Record<Locale, { visitor: string; note: string }> = {
  en: { visitor: 'Visitor', note: 'Note' },
  fa: { visitor: 'بازدیدکننده', note: 'یادداشت' },
  ru: { visitor: 'Посетитель', note: 'Заметка' },
}

/** Messages and notes, oldest first; files by their names. */
export function saidIn(events: readonly WireEvent[], visitor: string | null, locale: Locale): Said[] {
  const said: Said[] = []
  for (const { type, payload, at, actor } of events) {
    if (type !== 'message' && type !== 'note') continue
    const files = 'attachments' in payload ? (payload.attachments ?? []).map(({ name }) => `[${name}]`) : []
    const text = [payload.text, ...files].filter((part) => part !== '').join(' ')
    const who = 'name' in actor ? actor.name : (visitor ?? words[locale].visitor)
    said.push({ at, who, text, note: type === 'note' })
  }
  return said
}

/** What was said in calls, as it leaves the house. */
export function spokenIn(lines: readonly SpokenLine[], visitor: string | null, locale: Locale): Said[] {
  const nobody = visitor ?? words[locale].visitor
  return lines.map(({ at, until, speaker, text }) => ({
    at,
    until,
    who: speaker ?? nobody,
    text,
    note: false,
  }))
}

/** In the order of time. */
export const together = (...kinds: readonly (readonly Said[])[]): Said[] =>
  kinds.flat().sort((a, b) => a.at - b.at)

/**
 * One paragraph each, with the time as ISO 8601 tells it. Further lines are set in: nobody can write what reads as said by another, or
 * at another time.
 */
export const asText = (said: readonly Said[], locale: Locale): string =>
  said
    .map((one) => {
      const [name, text] = [nameOf(one, locale).split(LINES).join(' '), one.text.split(LINES).join('\n    ')]
      return `[${new Date(one.at).toISOString()}] ${name}: ${text}\n`
    })
    .join('')

/** Whatever a reader may show as the end of a line. */
const LINES = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

/** Times are counted from `zero`; what is not within `zero` to `end` is left out. */
export function asVtt(
  said: readonly Said[],
  { zero, end: last, locale }: { zero: number; end: number; locale: Locale },
): string {
  const inside = said.filter(({ at }) => at >= zero && at <= last)
  const cues = inside.map((one, index) => {
    const from = one.at - zero
    const next = (inside[index + 1]?.at ?? Number.POSITIVE_INFINITY) - zero
    // What was spoken stands as long as it took, though others speak meanwhile.
    const end = one.until === undefined ? Math.min(next, from + STANDS_MS) : one.until - zero
    const to = Math.max(from + AT_LEAST_MS, end)
    return `${clock(from)} --> ${clock(to)}\n<v ${named(nameOf(one, locale))}>${escaped(one.text)}\n`
  })
  return ['WEBVTT\n', ...cues].join('\n')
}

const nameOf = ({ who, note }: Said, locale: Locale) => (note ? `${who} (${words[locale].note})` : who)

/** An empty line would end the cue. */
const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\s*[\r\n]+\s*/g, '\n')
    .trim()
const named = (name: string) => escaped(name).replace(/\s+/g, ' ')

function clock(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = String(Math.floor(ms % 1_000)).padStart(3, '0')
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}.${rest}`
}
