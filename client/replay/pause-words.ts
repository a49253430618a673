import type { I18n } from '../i18n/i18n.ts'
import type { Paused } from './marks.ts'

/** "Card data, 38 s, paused by Sara". */
export function pauseWords({ t, span }: Pick<I18n, 't' | 'span'>, { from, to, why, by }: Paused): string {
  const lasted = span(to - from)
  if (why === 'card' && by !== null) return t('replay.paused_agent', { span: lasted, name: by })
  return t('replay.paused_page', { span: lasted })
}
