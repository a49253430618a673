import type { CallEndReason, Side } from '../../server/conversation/conversation.ts'
import type { I18n } from '../i18n/i18n.ts'
import type { CallItem } from '../model/timeline-item.ts'

type Ended = Extract<CallItem['status'], { name: 'ended' }> & Pick<CallItem, 'heldMs'>

/** How a call ended, in the reader's words: "Sara ended the call · 3:12 · on hold 0:40 · recorded". */
export function endedWords(i18n: I18n, ended: Ended, reader: Side, peer: string): string {
  const parts = [reasonWords(i18n, ended.reason, ended.by, reader, peer)]
  if (ended.durationMs > 0) {
    parts.push(i18n.clock(ended.durationMs))
    if (ended.heldMs > 0) parts.push(i18n.t('call.heldFor', { time: i18n.clock(ended.heldMs) }))
    parts.push(recordedWords(i18n, ended))
  }
  return parts.join(' · ')
}

function recordedWords({ t, clock }: I18n, { recorded, recordedMs }: Ended): string {
  if (recorded) return t('call.recorded')
  return recordedMs === null ? t('call.notRecorded') : t('call.recordedUntil', { time: clock(recordedMs) })
}

function reasonWords(
  i18n: I18n,
  reason: CallEndReason,
  by: Side | 'system',
  reader: Side,
  name: string,
): string {
  const { t } = i18n
  switch (reason) {
    case 'hungUp':
    case 'conversationEnded':
      if (by === 'system') return t('call.ended')
      return by === reader ? t('call.endedByYou') : t('call.endedBy', { name })
    // Not now writes nothing that shames anyone.
    case 'declined':
      return by === reader ? t('call.declinedByYou') : t('call.declined')
    case 'withdrawn':
      return by === reader ? t('call.withdrawnByYou') : t('call.withdrawn', { name })
    case 'missed':
    case 'noAgent':
      return reader === 'visitor' && reason === 'noAgent' ? t('call.nobody') : t('call.missed')
    case 'connectionLost':
      return t('call.lost')
    case 'consentWithdrawn':
      return t(reader === 'visitor' ? 'call.consentEndedByYou' : 'call.consentEnded')
    case 'mediaUnavailable':
      return t('call.unavailable')
    // A spoken message, which has words of its own.
    case 'notRecorded':
      return t('call.ended')
  }
}
