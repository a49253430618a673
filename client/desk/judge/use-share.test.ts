import { expect, it } from '@jest/globals'
import { createI18n } from '../../i18n/i18n.ts'
import { sayKappa } from './use-share.ts'

it('says agreement as good as by chance without a sign, whichever side of zero it was reckoned to', () => {
  const i18n = createI18n('ru', {})
  expect([-5e-17, -0.004, 0.004, null].map((value) => sayKappa(i18n, value))).toEqual([
    '0,00',
    '0,00',
    '0,00',
    '–',
  ])
  expect(sayKappa(i18n, -0.5)).toBe('-0,50')
})
