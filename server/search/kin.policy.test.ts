import { describe, expect, it } from '@jest/globals'
import { kinOf } from './kin.policy.ts'

describe('forms that are looked for beside a word', () => {
  it.each([
    ['سفارش', 'سفارشم'],
    ['سفارش', 'سفارشتان'],
    ['سفارشم', 'سفارش'],
    ['سفارشمان', 'سفارشم'],
    ['سیستم', 'سیستمی'],
    ['بیمارستان', 'بیمارستانی'],
    ['вернуть', 'верни'],
    ['верните', 'вернуть'],
    ['вернули', 'вернуть'],
    ['вернет', 'вернул'],
  ])('of %s has %s', (word, other) => {
    expect(kinOf(word)).toContain(other)
    expect(kinOf(word)).not.toContain(word)
  })

  it.each([
    ['کارت', 'کار'],
    ['سلام', 'سلا'],
    ['شرکت', 'شرک'],
  ])('of %s has not %s, which is another word', (word, other) => {
    expect(kinOf(word)).not.toContain(other)
  })

  it.each(['من', 'refund', '1234', 'магазин', 'ну'])('of %s are none', (word) => {
    expect(kinOf(word)).toEqual([])
  })
})
