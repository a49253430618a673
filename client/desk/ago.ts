import { useContext } from 'react'
import { type I18n, tags } from '../i18n/i18n.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { DeskContext } from './desk-context.ts'
import { SessionContext } from './session/session-context.ts'

/** How long ago, as people say it: "2 min ago". By the server's clock. */
export function useAgo(): (at: number, now?: number) => string {
  const i18n = useI18n()
  const desk = useContext(DeskContext)
  const session = useContext(SessionContext)
  return (at, now = desk?.wire.serverNow() ?? session?.now() ?? Date.now()) => ago(i18n, now - at)
}

export function ago({ locale, t }: Pick<I18n, 'locale' | 't'>, ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return t('desk.justNow')
  const format = new Intl.RelativeTimeFormat(tags[locale], { style: 'short' })
  if (minutes < 60) return format.format(-minutes, 'minute')
  if (minutes < 24 * 60) return format.format(-Math.floor(minutes / 60), 'hour')
  return format.format(-Math.floor(minutes / 1_440), 'day')
}
