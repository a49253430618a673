import { describe, expect, it } from '@jest/globals'
import type { PushNews } from '../../../server/push/push.ts'
import { shownOf } from './words.ts'

const shown = (news: PushNews, locale: 'en' | 'fa' | 'ru' = 'en', text: string | null = null) =>
  shownOf({ v: 1, locale, tag: 'x', over: false, news, text, url: 'https://parley.example/desk' })

describe('a notification', () => {
  it.each<[PushNews, string, string]>([
    [{ kind: 'offer', name: 'Reza', medium: 'voice' }, 'Reza', 'Would like a voice call'],
    [{ kind: 'offer', name: null, medium: 'chat' }, 'A visitor', 'Would like to chat'],
    [{ kind: 'message', name: 'Reza' }, 'Reza', 'Wrote to you'],
    [{ kind: 'call', name: 'Reza' }, 'Reza', 'Wants to talk'],
    [{ kind: 'mention', name: 'Amir' }, 'Amir has mentioned you', ''],
    [{ kind: 'reviewed', name: 'Service' }, 'Your work was reviewed: Service', ''],
    [{ kind: 'replayAsked', name: 'Amir' }, 'Amir asks to hear a conversation', ''],
    [{ kind: 'replayGranted', name: 'Amir' }, 'Amir lets you hear what you asked for', ''],
    [{ kind: 'replayRefused', name: 'Amir' }, 'Amir has not let you hear what you asked for', ''],
    [{ kind: 'invitation', name: 'Amir' }, 'Amir asks you into a call', ''],
    [{ kind: 'wait', name: null }, 'Everybody’s queue', 'Somebody has waited longer than promised'],
    [{ kind: 'service', name: 'Sales' }, 'Sales', 'Fewer are answered in time than promised'],
    [{ kind: 'turn', name: 'Halden' }, 'It is your turn', 'Open the chat at Halden, and we call you.'],
  ])('of %j', (news, title, body) => {
    expect(shown(news)).toEqual({ title, body, lang: 'en', dir: 'ltr' })
    for (const locale of ['fa', 'ru'] as const) {
      const other = shown(news, locale)
      expect(`${other.title} ${other.body}`).not.toMatch(/push\.|\{|undefined/)
      expect(other.dir).toBe(locale === 'fa' ? 'rtl' : 'ltr')
    }
  })

  it('shows what was written where it was sent along', () => {
    expect(shown({ kind: 'message', name: 'Reza' }, 'en', 'Hello').body).toBe('Hello')
  })
})
