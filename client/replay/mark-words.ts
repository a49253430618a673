import type { WireEvent } from '../../server/contract/events.ts'
import type { Key } from '../i18n/keys.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Mark } from './marks.ts'

type Plain =
  | 'note'
  | 'callAsked'
  | 'callConnected'
  | 'callEnded'
  | 'muted'
  | 'unmuted'
  | 'held'
  | 'resumed'
  | 'seatJoined'
  | 'seatLeft'
  | 'qualityRaised'
  | 'qualityCleared'

const plain: Record<Plain, Key> = {
  note: 'replay.mark_note',
  callAsked: 'replay.mark_callAsked',
  callConnected: 'replay.mark_callConnected',
  callEnded: 'replay.mark_callEnded',
  muted: 'replay.mark_muted',
  unmuted: 'replay.mark_unmuted',
  held: 'replay.mark_held',
  resumed: 'replay.mark_resumed',
  seatJoined: 'replay.mark_seatJoined',
  seatLeft: 'replay.mark_seatLeft',
  qualityRaised: 'replay.mark_qualityRaised',
  qualityCleared: 'replay.mark_qualityCleared',
}
const lines: Partial<Record<WireEvent['type'], Key>> = {
  started: 'staff.started',
  queued: 'staff.queued_new',
  recordingStarted: 'ui.recordingStarted',
  recordingStopped: 'ui.recordingStopped',
  recordingPaused: 'call.line_paused',
  consentWithdrawn: 'call.line_withdrawn',
  recordingResumed: 'replay.pauseOver',
  ended: 'staff.ended_system',
  reopened: 'staff.reopened',
}

/** A mark on the axis in words, with its time. */
export function useMarkWords(): (mark: Mark) => string {
  const { t, time } = useI18n()
  const what = ({ type, side, name, part }: Mark): string => {
    if (type === 'message')
      return t(side === 'agent' ? 'replay.mark_message_agent' : 'replay.mark_message_visitor')
    const key = part ? 'call.line_notWritten' : type in plain ? plain[type as Plain] : lines[type]
    const words = key ? t(key) : ''
    const who = name ?? (side ? t(side === 'agent' ? 'ui.agent' : 'ui.visitor') : '')
    return [who, words].filter(Boolean).join(': ')
  }
  return (mark) => `${time(mark.at)} ${what(mark)}`
}
