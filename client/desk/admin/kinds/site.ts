import type { Description, Field } from '../fields.ts'
import { locales, name, purposes } from './common.ts'

const ownWords: Field[] = [
  { at: 'launcher', label: 'admin.wordLauncher', is: 'text', max: 60 },
  { at: 'greeting', label: 'admin.wordGreeting', is: 'text', max: 80 },
  { at: 'greetingNow', label: 'admin.wordNow', is: 'text', max: 200, long: true },
  { at: 'greetingLater', label: 'admin.wordLater', is: 'text', max: 200, long: true },
]

export const site: Description = {
  fields: [
    { ...name, max: 120 },
    {
      ...{ at: 'origins', label: 'admin.origins', hint: 'admin.originsHint', is: 'lines' },
      placeholder: 'https://shop.example',
    },
    {
      ...{ at: 'cookieDomain', label: 'admin.cookieDomain', hint: 'admin.cookieDomainHint', is: 'text' },
      ...{ max: 253, dir: 'ltr', orNull: true },
    },
    { at: 'queueId', label: 'admin.siteQueue', is: 'pick', of: 'queue', none: 'admin.everybody' },
    {
      ...{ at: 'consent', label: 'admin.consent', is: 'choice', options: ['optional', 'required'] },
      word: (option) => `admin.consent_${option as 'optional' | 'required'}`,
    },
    {
      ...{ at: 'recording', label: 'admin.recordingRules', is: 'group' },
      fields: [
        {
          ...{ at: 'pausePages', label: 'admin.pausePages', hint: 'admin.pausePagesHint', is: 'lines' },
          placeholder: '/checkout/*',
        },
        {
          ...{ at: 'withdrawn', label: 'admin.withdrawn', is: 'choice', options: ['goOn', 'end'] },
          word: (option) => `admin.withdrawn_${option as 'goOn' | 'end'}`,
        },
        { at: 'remindMs', label: 'admin.remindPause', is: 'span', min: 10_000, max: 3_600_000 },
      ],
    },
    {
      ...{ at: 'forms', label: 'admin.forms', is: 'group' },
      fields: purposes.map((purpose) => ({
        ...{ at: purpose, label: `admin.purpose_${purpose}` as const, is: 'pick' as const },
        ...{ of: 'form' as const, none: 'admin.noForm' as const },
        where: (body) => body['purpose'] === purpose,
      })),
    },
    {
      ...{ at: '', label: 'admin.look', is: 'group' },
      fields: [
        { at: 'accent', label: 'admin.accent', hint: 'admin.accentHint', is: 'colour' },
        {
          ...{ at: 'locale', label: 'admin.siteLocale', hint: 'admin.siteLocaleHint', is: 'choice' },
          options: locales,
          word: (option) => `desk.language_${option as (typeof locales)[number]}`,
        },
      ],
    },
    {
      ...{ at: 'texts', label: 'admin.ownWords', hint: 'admin.ownWordsHint', is: 'group' },
      fields: locales.map((locale) => ({
        ...{ at: locale, label: `desk.language_${locale}` as const, is: 'group' as const },
        ...{ fields: ownWords, folded: true },
      })),
    },
  ],
  blank: () => {
    const words = { launcher: '', greeting: '', greetingNow: '', greetingLater: '' }
    return {
      ...{ name: '', origins: [], locale: 'en', accent: '#006a6f', consent: 'optional', queueId: null },
      cookieDomain: null,
      texts: { en: words, fa: words, ru: words },
      forms: { preChat: null, waiting: null, offline: null },
      recording: { pausePages: [], remindMs: 60_000, withdrawn: 'goOn' },
    }
  },
}
