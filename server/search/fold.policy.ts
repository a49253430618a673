/**
 * Text as it is looked for: the words of a line, each without what people write in different ways (letters of Arabic for
 * Persian ones, joiners, vowel signs, lengthening, digits of three kinds, capitals, accents), and where it stands in the
 * line. English and Russian endings are the database's part; the few of Persian are cut here, since it knows none.
 */

/** `from` and `to` in UTF-16 units of the original. */
export type Word = { word: string; from: number; to: number }

const ZWNJ = '\u200c'
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u0640\u200d-\u200f\u00ad'’]*/gu
/** Longer ones are no words: addresses, keys, encoded files. */
const LONGEST = 60

const letters: Readonly<Record<string, string>> = {
  ...{ ي: 'ی', ى: 'ی', ے: 'ی', ك: 'ک', ة: 'ه', ە: 'ه', ہ: 'ه', ھ: 'ه', ٱ: 'ا', ء: '' },
}
const LETTERS = /[يىےكةەہھٱء]/g
const DIGIT = /[\u0660-\u0669\u06f0-\u06f9]/g
// Compatibility forms are taken apart; of marks only the breve of й makes another letter.
const MARKS = /\p{M}+/gu

function fold(word: string): string {
  const plain = word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/и\u0306/g, 'й')
    .replace(MARKS, '')
    .replace(/['’]s$/, '')
    .replace(/[\u0640\u200d-\u200f\u00ad'’]/g, '')
    .replace(LETTERS, (letter) => letters[letter] ?? '')
    .replace(DIGIT, (digit) => String(digit.charCodeAt(0) & 15))
  return cut(plain)
}

/** A character of two units is not cut in half: PostgreSQL takes no halves. */
const cut = (word: string): string => word.slice(0, LONGEST).replace(/\p{Cs}/gu, '')

const PERSIAN = /^[\u0620-\u064a\u066e-\u06d3]+$/
const PLURAL = /(?<=..)(ها|های|هایی|هایم|هایت|هایش|هایمان|هایتان|هایشان)$/
/** Of short words only the usual ones: دختر and بهتر are no forms of another. */
const COMPARED = /(?<=...|^کم|^بد|^پر|^نو|^شل)تر(ین|ی)?$/
/** They only look compared. */
const wholeWords = new Set('فیلتر فیلتری کلاستر کلاستری چاپتر کانتر بوستر بارتر مستتر'.split(' '))
const CONTINUOUS = /^ن?می(?=....)/
/** Written apart they are still part of the word before. */
const endings = new Set('ی ها های هایی هایم هایت هایش هایمان هایتان هایشان'.split(' '))
/** Written apart only after what they make a comparison of. */
const comparing = new Set('تر ترین تری'.split(' '))
/** So only after a joiner: between spaces they are words. */
const joinedEndings = new Set('ام ات اش ای اند ایم اید یی م ت ش مان تان شان'.split(' '))
const beginnings = new Set(['می', 'نمی'])

function stem(word: string): string {
  if (!PERSIAN.test(word)) return word
  const one = word.replace(PLURAL, '')
  return (wholeWords.has(one) ? one : one.replace(COMPARED, '')).replace(CONTINUOUS, '')
}

/** What `last` is with `folded` after it, where that is its ending; null: where it is a word of its own. */
function ended(last: string, folded: string, gap: string): string | null {
  if (!PERSIAN.test(last) || !isNear(gap)) return null
  if (comparing.has(folded.replace(PLURAL, ''))) {
    const joined = last + folded
    return gap === ZWNJ || stem(joined) === last ? stem(joined) : null
  }
  return endings.has(folded) || (gap === ZWNJ && joinedEndings.has(folded)) ? last : null
}

/** Whether nothing but one space or joiner lies between. */
const isNear = (gap: string): boolean => gap === ' ' || gap === ZWNJ

/** The words of a text, in order. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  /** Where a verb's beginning that is written apart stands. */
  let began: number | null = null
  for (const match of text.matchAll(WORD)) {
    const from = match.index
    const to = from + match[0].length
    const folded = fold(match[0])
    const last = words.at(-1)
    const gap = last ? text.slice(last.to, from) : ''
    if (folded === '') continue
    const whole = last ? ended(last.word, folded, gap) : null
    if (last && whole !== null) {
      last.word = whole
      last.to = to
      continue
    }
    if (beginnings.has(folded) && /^[ \u200c][\u0620-\u06d3]/.test(text.slice(to, to + 2))) {
      began ??= from
      continue
    }
    words.push({ word: stem(folded), from: began ?? from, to })
    began = null
  }
  return words
}

/** Whether the database's dictionaries know words of its script. */
export type Script = 'english' | 'russian' | null
export function scriptOf(word: string): Script {
  if (/^[a-z]+$/.test(word)) return 'english'
  return /^[а-яё]+$/.test(word) ? 'russian' : null
}
