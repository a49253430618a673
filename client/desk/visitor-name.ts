import type { I18n } from '../i18n/i18n.ts'

/** The visitor's own name, or a short code that tells nameless ones apart. */
export const visitorName = (
  { t }: Pick<I18n, 't'>,
  name: string | null | undefined,
  conversationId: string,
): string => name || t('desk.visitorNamed', { code: conversationId.slice(-4).toUpperCase() })
