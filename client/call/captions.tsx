import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import { useEffect, useRef } from 'react'
import type { SeatId } from '../../server/conversation/conversation.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { captionsIcon } from '../ui/icons.ts'
import { isRecordable } from './consent.ts'
import type { Call } from './controller.ts'
import { othersOf } from './others.ts'
import type { CallNow } from './use-call.ts'

const KEY = 'parley.captions'

/** Whoever wants captions wants them in the next call, too. A frame may be denied storage: then as long as the page lasts. */
function recall(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on'
  } catch {
    return false
  }
}
const $wanted = atom(recall())
function want(on: boolean): void {
  $wanted.set(on)
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off')
  } catch (error) {
    console.debug('captions are not remembered', error)
  }
}

/** Whether there can be any: where the queue has it so, of what is recorded. */
const hasCaptions = ({ call, phase }: CallNow): boolean =>
  phase === 'connected' && call?.phase === 'connected' && call.captions === true && isRecordable(call)

/** In the call's bar; nothing where no captions can be. */
export function CaptionsButton({ now }: { now: CallNow }) {
  const { t } = useI18n()
  const wanted = useStore($wanted)
  if (!hasCaptions(now)) return null
  return (
    <IconButton
      icon={captionsIcon}
      look={wanted ? 'primary' : 'plain'}
      label={t('call.captions')}
      aria-pressed={wanted}
      onClick={() => want(!wanted)}
    />
  )
}

/** What the others say, as text. Follows what is newest, unless the reader has scrolled back. */
export function Captions({ call, now, peer }: { call: Call; now: CallNow; peer: string }) {
  const { t } = useI18n()
  const wanted = useStore($wanted)
  const list = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const { lines } = now.captions
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is scrolled to
  useEffect(() => {
    if (list.current && follows.current) list.current.scrollTop = list.current.scrollHeight
  }, [lines, wanted])
  if (!wanted || !hasCaptions(now)) return null
  const others = othersOf(now, call.side, peer)
  const nameOf = (seat: SeatId) => others.find((one) => one.seat === seat)?.name ?? peer
  return (
    <div className="captions">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no pointer scrolls it by keys */}
      <div
        ref={list}
        className="captions-lines"
        role="log"
        aria-label={t('call.captions')}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < 8
        }}
      >
        {lines.map(({ n, seat, text }, index) => (
          <div key={n} className={now.call?.seats[seat]?.kind === 'visitor' ? 'visitor' : 'agent'}>
            {lines[index - 1]?.seat === seat ? null : <bdi className="captions-name">{nameOf(seat)}</bdi>}
            <p dir="auto">{text}</p>
          </div>
        ))}
      </div>
      <Standing now={now} />
    </div>
  )
}

/** Why there is nothing, or not all. */
function Standing({ now }: { now: CallNow }) {
  const { t } = useI18n()
  const { captions, call, held } = now
  const key = call?.pause
    ? 'call.captionsPaused'
    : held
      ? 'call.captionsHeld'
      : captions.late
        ? 'call.captionsLate'
        : captions.lines.length === 0
          ? 'call.captionsNone'
          : null
  return (
    <p className="captions-standing" role="status">
      {key ? t(key) : null}
    </p>
  )
}
