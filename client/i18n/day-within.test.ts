import { expect, it } from '@jest/globals'
import { dayWithin } from './day-within.ts'
import { createI18n } from './i18n.ts'
import { loadMessages } from './load.ts'

it('writes a day in a sentence without a capital, but for names of days that always have one', async () => {
  const within = async (locale: 'en' | 'fa' | 'ru', at: number) =>
    dayWithin(createI18n(locale, await loadMessages(locale, ['common'])), at)
  const now = Date.now()
  expect(await within('en', now)).toBe('today')
  expect(await within('ru', now)).toBe('сегодня')
  expect(await within('fa', now)).toBe('امروز')
  expect(await within('en', new Date().setDate(new Date().getDate() - 1))).toBe('yesterday')
  expect(await within('en', new Date(2023, 2, 21, 12).getTime())).toMatch(/^Tuesday,? 21 March 2023$/)
})
