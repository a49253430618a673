/** What people look for: each kind as many times, with other words each time. */
import type { FindInput } from '../../server/contract/finder.ts'
import type { Vocabulary } from './words.ts'

export type Asked = { kind: string; input: FindInput }

const day = 86_400_000
const end = Date.UTC(2026, 10, 1)

/** `texts`: some lines that there are; `agents`: ids of people in the order of their use. */
export function mix(
  words: Vocabulary,
  texts: readonly string[],
  agents: readonly string[],
  times: number,
): Asked[] {
  const asked: Asked[] = []
  for (let n = 0; n < times; n++) {
    const word = (from: number, to: number, turn = n) =>
      words[from + ((turn * 7919 + from * 31) % (to - from))]?.word ?? ''
    const common = word(5, 60)
    const usual = word(60, 3_000)
    const rare = word(20_000, 55_000)
    const text = texts[n % texts.length]?.split(' ') ?? []
    const agent = agents[(n * 3) % agents.length] ?? ''
    const add = (kind: string, typed: string, more: Partial<FindInput> = {}) =>
      asked.push({ kind, input: { words: typed, alike: false, order: 'newest', filter: {}, ...more } })
    add('a rare word', rare)
    add('a usual word', usual)
    add('a common word', common)
    add('two usual words', `${usual} ${word(60, 3_000, n + 1)}`)
    add('two common words', `${common} ${word(5, 60, n + 1)}`)
    add('a common and a rare word', `${common} ${rare}`)
    add('words side by side', `"${text.slice(0, 2).join(' ')}"`)
    add('a number', String((n * 48_271) % 1_000_000))
    add('one word without another', `${usual} -${common}`)
    add('a mistyped word', mistyped(usual))
    add('similar spelling, too', usual, { alike: true })
    add('a usual word, best first', usual, { order: 'best' })
    add('a common word, best first', common, { order: 'best' })
    add('a usual word, one agent', usual, { filter: { agent } })
    add('a common word, few conversations', common, { filter: { medium: 'screen', mos: { to: 2.5 } } })
    add('a common word, a month', common, { filter: { from: end - 400 * day, to: end - 370 * day } })
    add('everything', '')
    add('one agent’s calls', '', { filter: { agent, medium: 'voice' } })
    add('much silence, bad quality', '', { filter: { silence: { from: 0.5 }, mos: { to: 2 } } })
    add('long calls on hold', '', { filter: { call: { from: 1_800_000 }, events: ['held'] } })
    add('a guest, a month', '', { filter: { events: ['guest'], from: end - 200 * day, to: end - 170 * day } })
  }
  return asked
}

/** Two neighbours changed places. */
const mistyped = (word: string): string =>
  word.length < 5 ? `${word}ъ` : word.slice(0, 2) + (word[3] ?? '') + (word[2] ?? '') + word.slice(4)
