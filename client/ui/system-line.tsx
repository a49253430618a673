import type { I18n } from '../i18n/i18n.ts'
import type { Key } from '../i18n/keys.ts'
import type { Side } from '../../server/conversation/conversation.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { LineItem, Seated, SystemLine } from '../model/timeline-item.ts'
import { Seek } from './bubble.tsx'

/** Keeps a name of another script from turning the sentence round. */
const apart = (text: string): string => `\u2068${text}\u2069`

const stopped: Readonly<Record<string, Key>> = {
  diskFull: 'call.line_unwritten',
  notWritten: 'call.line_notWritten',
}

/** One event in words, as `reader` is told it; null: one who took no part. */
export function lineWords(
  { t, span }: Pick<I18n, 't' | 'span'>,
  line: SystemLine,
  reader: Side | null,
): string {
  const who = ({ seat, name }: Seated) =>
    name ?? t(seat === reader ? 'ui.you' : seat === 'visitor' ? 'ui.visitor' : 'ui.agent')
  switch (line.type) {
    case 'assigned':
      return t('ui.assigned', { name: apart(line.name) })
    case 'work': {
      const names = Object.entries(line.names).map(([name, text]) => [name, apart(text)])
      return t(line.key, Object.fromEntries(names))
    }
    case 'seatJoined':
      return t('ui.assigned', { name: line.name })
    case 'seatLeft':
      return t('call.seatLeft', { name: line.name })
    case 'mediaRaised':
      return t(line.source === 'screen' ? 'ui.raised_screen' : `staff.raised_${line.source}`, {
        who: who(line),
      })
    case 'mediaLowered':
      return t(line.source === 'screen' ? 'ui.lowered_screen' : `staff.lowered_${line.source}`, {
        who: who(line),
      })
    case 'held':
      return t('call.line_held')
    case 'resumed':
      return t('call.line_resumed', { span: span(line.ms) })
    case 'consentWithdrawn':
      return t(reader === 'visitor' ? 'call.line_withdrawnYou' : 'call.line_withdrawn')
    case 'recordingPaused':
      return t('call.line_paused')
    case 'recordingResumed':
      return t('call.line_pauseOver', { span: span(line.ms) })
    case 'recordingStarted':
      return t('ui.recordingStarted')
    case 'recordingStopped':
      return t(stopped[line.reason] ?? 'ui.recordingStopped')
    case 'sideLeft':
      return t(line.why === 'pageChange' ? 'ui.left_pageChange' : 'ui.left_connectionLost', {
        who: who(line),
      })
    case 'sideReturned':
      return t('ui.returned', { who: who(line) })
    case 'ended':
      return t(
        line.by === 'system'
          ? 'staff.ended_system'
          : line.by === reader
            ? 'staff.ended_you'
            : `staff.ended_${line.by}`,
      )
    case 'reopened':
      return t('staff.reopened')
  }
}

export function Line({
  item,
  reader,
  pick,
}: {
  item: LineItem
  reader: Side | null
  pick?: (at: number) => void
}) {
  const i18n = useI18n()
  const words = lineWords(i18n, item.line, reader)
  const time = <time>{i18n.time(item.at)}</time>
  return (
    <p className={`line ${item.line.type}`} data-key={item.key}>
      {words} {time}
      {pick ? <Seek at={item.at} pick={pick} /> : null}
    </p>
  )
}
