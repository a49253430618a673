import { describe, expect, it } from '@jest/globals'
import { wordsOf } from './fold.policy.ts'

const folded = (text: string) => wordsOf(text).map(({ word }) => word)

describe('the words of a text', () => {
  it.each([
    ['Arabic letters for Persian ones', 'كتاب علي', 'کتاب علی'],
    ['vowel signs and lengthening', 'مُحَمَّــــد', 'محمد'],
    ['a hamza and a madda', 'مسئله آمده', 'مسیله امده'],
    ['Persian and Arabic digits', 'سفارش ۱۲۳ و ٤٥٦', 'سفارش 123 و 456'],
    ['forms of presentation', 'ﻛﺘﺎﺏ', 'کتاب'],
    ['capitals, ё and accents', 'ЁЛКА Café', 'елка cafe'],
    ['й, which is no accent', 'ЙОД Йод', 'йод йод'],
    ['a possessive and a short form', "the shop's don’t", 'the shop dont'],
    ['invisible marks', 'pay\u00adment\u200e', 'payment'],
  ])('%s do not matter', (_what, written, plain) => {
    expect(folded(written)).toEqual(plain.split(' '))
  })

  it('are the same with a joiner, a space or nothing before an ending and after a beginning', () => {
    for (const written of ['کتاب\u200cها', 'کتابها', 'کتاب ها', 'کتاب‌هایش'])
      expect(folded(written)).toEqual(['کتاب'])
    for (const written of ['می\u200cخواهم', 'میخواهم', 'می خواهم', 'نمی‌خواهم'])
      expect(folded(written)).toEqual(['خواهم'])
    expect(folded('پیش\u200cپرداخت')).toEqual(folded('پیش پرداخت'))
    expect(folded('بزرگ\u200cتر')).toEqual(['بزرگ'])
  })

  it('keep short words that only look like an ending or a beginning', () => {
    expect(folded('می')).toEqual(['می'])
    expect(folded('تر')).toEqual(['تر'])
    expect(folded('و تر')).toEqual(['و', 'تر'])
    expect(folded('خانه ای')).toEqual(['خانه', 'ای'])
    for (const word of ['دفتر', 'دختر', 'دکتر', 'مشتری', 'بهترین', 'فیلتر', 'فیلترها'])
      expect(folded(word)).toEqual([word.replace(/ها$/, '')])
  })

  it('are the same however the ending of a comparison, of many or of what belongs to something is written', () => {
    const gaps = ['', '\u200c', ' ']
    for (const ending of ['تر', 'ترین', 'تری', 'ترها', 'ترین\u200cها', 'ترهای', 'ها', 'های'])
      for (const gap of gaps) expect(folded(`بزرگ${gap}${ending}`)).toEqual(['بزرگ'])
    for (const word of ['کم', 'بد']) for (const gap of gaps) expect(folded(`${word}${gap}تر`)).toEqual([word])
    // Short ones stay whole, but are still one.
    for (const gap of gaps.slice(0, 2)) expect(folded(`به${gap}تر`)).toEqual(['بهتر'])
    for (const written of ['خانه', 'خانه\u200cی', 'خانه ی', 'خانه\u200cي', 'خانه\u200cای', 'خانه\u200cهای'])
      expect(folded(written)).toEqual(['خانه'])
  })

  it('are cut where they are long, but never through a character', () => {
    const [word = ''] = folded(`a${'𠮷'.repeat(30)}`)
    expect(word).toBe(`a${'𠮷'.repeat(29)}`)
  })

  it('are taken out of addresses, codes and what is no word', () => {
    expect(folded('ali@example.com #A-17/b — 🙂')).toEqual(['ali', 'example', 'com', 'a', '17', 'b'])
    expect(folded('🙂 … ءءء')).toEqual([])
    expect(folded('x'.repeat(500))).toEqual(['x'.repeat(60)])
  })

  it('say where they stand in the original, with what belongs to them', () => {
    const text = 'Вот «кни\u0301ги» و کتاب\u200cهای من'
    const parts = wordsOf(text).map(({ from, to }) => text.slice(from, to))
    expect(parts).toEqual(['Вот', 'кни\u0301ги', 'و', 'کتاب\u200cهای', 'من'])
    const sizes = 'سایز بزرگ تر، بزرگ‌ترین و خانه‌ی ما'
    const marked = wordsOf(sizes).map(({ from, to }) => sizes.slice(from, to))
    expect(marked).toEqual(['سایز', 'بزرگ تر', 'بزرگ‌ترین', 'و', 'خانه‌ی', 'ما'])
    expect(wordsOf('او نمی خواهد').map(({ from, to }) => [from, to])).toEqual([
      [0, 2],
      [3, 12],
    ])
  })
})
