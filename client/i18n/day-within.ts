import type { I18n } from './i18n.ts'

/** A day in the middle of a sentence: today and yesterday have no capital there. */
export function dayWithin({ t, day, locale }: Pick<I18n, 't' | 'day' | 'locale'>, at: number): string {
  const named = day(at)
  const isNear = named === t('common.today') || named === t('common.yesterday')
  return isNear ? named.toLocaleLowerCase(locale) : named
}
