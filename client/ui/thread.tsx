import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Side } from '../../server/conversation/conversation.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { CallItem, NoteItem, SpokenItem, TimelineItem } from '../model/timeline-item.ts'
import { Bubbles, type BubbleActs } from './bubble.tsx'
import { Icon } from './icon.tsx'
import { arrowDownIcon } from './icons.ts'
import { createReadSignal } from './read-signal.ts'
import { Line } from './system-line.tsx'
import { weights } from './thread-weight.ts'
import { useReadingPlace } from './use-reading-place.ts'

export type ThreadProps = BubbleActs & {
  /** Which conversation: another one is shown from its end. */
  conversation: string
  items: readonly TimelineItem[]
  /** Null: one who took no part, in the replay. */
  reader: Side | null
  /** Accessible name of the list. */
  label: string
  call: (item: CallItem) => ReactNode
  /** Of notes and what was said, staff's alone: a visitor's thread has none, and need not be able to draw one. */
  note?: (item: NoteItem | SpokenItem, acts: BubbleActs) => ReactNode
  /** Whether there is more before the first item. */
  more?: boolean
  loadMore?: () => void
  /** How many events the items were made of: more of them need not bring an item. */
  events?: number
  /** Name of who is typing; null when nobody. */
  typing?: string | null
  /** The end is in view in a focused window, since 1 s. */
  onRead?: () => void
  /** Shown before the first item when there is nothing earlier. */
  head?: ReactNode
}

/** The conversation as bubbles and lines, in any audience's eyes. Follows its end, never moves a reader who left it. */
export function Thread(props: ThreadProps) {
  const { items, label, more = false, loadMore, typing = null, onRead, head, conversation, events } = props
  const { t } = useI18n()
  const box = useRef<HTMLDivElement>(null)
  const keys = items.flatMap((item) =>
    (item.kind === 'bubbles' ? item.bubbles : [item]).map((one) => one.key),
  )
  const place = useReadingPlace(box, keys, conversation)
  const reading = useReadSignal(place.following, `${conversation} ${keys.at(-1)}`, onRead)
  // What does not fill its box cannot be scrolled to what is before it.
  useEffect(() => {
    const { current } = box
    if (more && current && current.clientHeight > 0 && current.scrollHeight <= current.clientHeight)
      loadMore?.()
  }, [conversation, more, events])
  const heavy = weights(items)
  const scrolled = () => {
    place.onScroll()
    reading()
    if (more && box.current && box.current.scrollTop < 80) loadMore?.()
  }
  return (
    <div className="thread">
      <div ref={box} className="thread-scroll" role="log" aria-label={label} tabIndex={0} onScroll={scrolled}>
        {more ? (
          <button type="button" className="button quiet thread-more" onClick={loadMore}>
            {t('ui.earlier')}
          </button>
        ) : (
          head
        )}
        {items.map((item, index) => (
          <div key={item.key} className="thread-item" data-weight={heavy[index]}>
            <Item item={item} {...props} />
          </div>
        ))}
        {typing === null ? null : <Typing name={typing} />}
      </div>
      {place.below > 0 ? (
        <button type="button" className="thread-below" onClick={place.toEnd}>
          {t('ui.newBelow', { count: place.below })}
          <Icon of={arrowDownIcon} size={16} />
        </button>
      ) : null}
    </div>
  )
}

function Item({ item, ...props }: { item: TimelineItem } & ThreadProps) {
  const { t, day } = useI18n()
  switch (item.kind) {
    case 'day':
      return <p className="thread-day">{day(item.at)}</p>
    case 'unread':
      return <div className="thread-unread">{t('ui.new')}</div>
    case 'bubbles':
      return <Bubbles group={item} acts={props} />
    case 'line':
      return <Line item={item} reader={props.reader} pick={props.pick} />
    case 'call':
      return props.call(item)
    default:
      return props.note?.(item, props) ?? null
  }
}

function Typing({ name }: { name: string }) {
  const { t } = useI18n()
  return (
    <p className="thread-typing">
      <span className="thread-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {t('ui.typing', { name })}
    </p>
  )
}

/** Read means: the end was in view for a second in a window that had the focus. Returns what is to be called after scrolling. */
function useReadSignal(atEnd: () => boolean, upTo: string, onRead: (() => void) | undefined): () => void {
  const report = useRef(onRead)
  report.current = onRead
  const [signal] = useState(() =>
    createReadSignal(
      () => atEnd() && document.hasFocus() && document.visibilityState === 'visible',
      () => report.current?.(),
    ),
  )
  useEffect(signal.changed, [upTo])
  useEffect(() => {
    window.addEventListener('focus', signal.changed)
    return () => {
      window.removeEventListener('focus', signal.changed)
      signal.stop()
    }
  }, [])
  return signal.changed
}
