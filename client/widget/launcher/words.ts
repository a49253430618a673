import type { Locale } from '../../../server/contract/words.ts'

type Words = { chat: string; panel: string; away: string; unread: (count: number) => string }

/** The few words outside the panel; the rest come with it. `unread` stands behind the launcher's name. */
export const words: Record<Locale, Words> = {
  en: {
    chat: 'Chat with us',
    panel: 'Chat',
    away: 'No connection. Trying again…',
    unread: (count) => `, ${count} unread`,
  },
  fa: {
    chat: 'گفت‌وگو با ما',
    panel: 'گفت‌وگو',
    away: 'اتصال نیست. دوباره تلاش می‌کنیم…',
    unread: (count) => `، ${count.toLocaleString('fa-IR')} خوانده‌نشده`,
  },
  ru: {
    chat: 'Написать нам',
    panel: 'Чат',
    away: 'Нет связи. Пробуем снова…',
    unread: (count) => `, непрочитанных: ${count}`,
  },
}
