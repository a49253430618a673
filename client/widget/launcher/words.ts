import type { Locale } from '../../../server/contract/words.ts'

/** The few words outside the panel; the rest come with it. */
export const words: Record<Locale, { chat: string; panel: string; unread: (count: number) => string }> = {
  en: {
    chat: 'Chat with us',
    panel: 'Chat',
    unread: (count) => `${count} unread`,
  },
  fa: {
    chat: 'گفت‌وگو با ما',
    panel: 'گفت‌وگو',
    unread: (count) => `${count.toLocaleString('fa-IR')} خوانده‌نشده`,
  },
  ru: {
    chat: 'Написать нам',
    panel: 'Чат',
    unread: (count) => `непрочитанных: ${count}`,
  },
}
