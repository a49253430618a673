/** Items for tests: valid ones, of which a test says what matters. */
import { type ConfigurationBody, noWrapUp, usualCallback, usualVoicemail } from '../contract/configuration.ts'
import type { AnyItem } from './configuration.policy.ts'

const minute = 60_000
const forEach = <T>(figure: T) => ({ chat: figure, voice: figure, video: figure })

export const queueBody = (over: Partial<ConfigurationBody<'queue'>> = {}): ConfigurationBody<'queue'> => ({
  name: 'Sales',
  priority: 1,
  target: forEach({ share: 0.8, withinMs: minute }),
  maxLength: null,
  offerMs: forEach(30_000),
  ...{ requires: [], prefers: [], rings: [], overflow: [], ageing: null, lastAgentMs: 0, hoursId: null },
  ...{ callback: usualCallback, wrapUp: noWrapUp, voicemail: usualVoicemail },
  ...{ sensitivity: 'normal', approval: false },
  ...{ transcribe: false, captions: false, recordConsults: false, withdrawn: 'site' },
  ...over,
})

export const queue = (id: string, over: Partial<ConfigurationBody<'queue'>>): AnyItem => ({
  ...{ kind: 'queue', id },
  body: queueBody({ name: id, ...over }),
})

export const skill = (id: string, name: string): AnyItem => ({
  ...{ kind: 'skill', id },
  body: { name, language: null },
})

export const hoursBody = (over: Partial<ConfigurationBody<'hours'>> = {}): ConfigurationBody<'hours'> => ({
  ...{ name: 'Weekdays', timeZone: 'Asia/Tehran', exceptions: [] },
  week: [[], ...Array.from({ length: 5 }, () => [{ from: '09:00', to: '17:00' }]), []],
  ...over,
})

export const hours = (id: string): AnyItem => ({ kind: 'hours', id, body: hoursBody({ name: id }) })

export const profile = (id: string, over: Partial<ConfigurationBody<'profile'>>): AnyItem => ({
  ...{ kind: 'profile', id },
  body: { teamId: null, skills: [], queues: [], capacity: null, ...over },
})

export const siteBody = (over: Partial<ConfigurationBody<'site'>> = {}): ConfigurationBody<'site'> => {
  const words = { launcher: '', greeting: '', greetingNow: '', greetingLater: '' }
  return {
    ...{ name: 'Shop', origins: ['https://shop.example'], locale: 'en', accent: '#006a6f' },
    ...{ texts: { en: words, fa: words, ru: words }, consent: 'optional', cookieDomain: null, queueId: null },
    forms: { preChat: null, waiting: null, offline: null },
    recording: { pausePages: [], remindMs: 60_000, withdrawn: 'goOn' },
    ...over,
  }
}

export const disposition = (id: string, name: string, parentId: string | null = null): AnyItem => ({
  ...{ kind: 'disposition', id },
  body: { name, parentId },
})

export const formBody = (over: Partial<ConfigurationBody<'form'>> = {}): ConfigurationBody<'form'> => ({
  ...{ name: 'Leave a message', purpose: 'offline', intro: { en: '', fa: '', ru: '' } },
  fields: [{ id: 'email', type: 'email', label: { en: 'E-mail', fa: '', ru: '' }, required: true }],
  ...over,
})
