import type { Side } from '../../server/conversation/conversation.ts'
import type { I18n } from '../i18n/i18n.ts'
import type { CallItem } from '../model/timeline-item.ts'

/** Whether anything of a spoken message that is over can be heard. */
export const isKept = ({ status }: Pick<CallItem, 'status'>): boolean =>
  status.name === 'ended' && (status.recorded || status.recordedMs !== null)

/** "Voice message · 0:32", and what became of the rest where that is not all that was said. */
export function messageWords(
  { t, clock }: Pick<I18n, 't' | 'clock'>,
  { media, status }: Pick<CallItem, 'media' | 'status'>,
  reader: Side,
): string {
  if (status.name !== 'ended') return t('call.messageRunning')
  const { recorded, recordedMs, durationMs } = status
  const words = t(`call.message_${media}`)
  if (!isKept({ status })) return `${words}. ${t(`call.messageLost_${reader}`)}`
  const ms = recorded ? durationMs : (recordedMs ?? 0)
  const long = ms > 0 ? `${words} · ${clock(ms)}` : words
  return recorded ? long : `${long}. ${t(`call.messageCut_${reader}`)}`
}
