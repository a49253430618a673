import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import { useI18n } from '../i18n/use-i18n.ts'
import type { CallItem } from '../model/timeline-item.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { messageSquareIcon, phoneIcon, phoneIncomingIcon, videoIcon } from '../ui/icons.ts'
import { CallStep } from './call-step.tsx'
import type { Call } from './controller.ts'
import { endedWords } from './ended-words.ts'
import { isKept, messageWords } from './message-words.ts'
import { useCall } from './use-call.ts'

export type CallCardProps = {
  item: CallItem
  /** Null where nothing can be done: the replay, or a conversation of somebody else. */
  call: Call | null
  reader: 'visitor' | 'agent'
  /** The other side's name as the reader is told it. */
  peer: string
  /** The newest call of the thread: it alone offers `Call again`. */
  last?: boolean
  /** The asked side cannot take it now: an agent who is in another call. */
  busy?: boolean
  /** Leads to where one writes what a spoken message has lost. */
  write?: () => void
}

/** A call in the thread: a question to answer, a note that it runs, or what became of it. */
export function CallCard({ item, call, reader, peer, last = false, busy = false, write }: CallCardProps) {
  const i18n = useI18n()
  const { t, time } = i18n
  const hungUp = useStore(call?.$hungUp ?? $never)
  // Staff may leave one that goes on without them.
  const over = hungUp === item.callId && reader === 'visitor' && item.status.name !== 'ended'
  const status = over ? overHere(item) : item.status
  if (status.name === 'asking' && !item.mine && call !== null)
    return <Question item={item} call={call} peer={peer} busy={busy} />
  return (
    <div className={`call-card ${status.name}`}>
      <Icon of={item.media === 'video' ? videoIcon : phoneIcon} size={18} />
      <p>
        {sentence()} <time>{time(item.at)}</time>
      </p>
      {item.status.name === 'ended' && call && last && isForAgain(item, reader) ? (
        <Again item={item} call={call} />
      ) : null}
      {item.status.name === 'ended' && last && item.voicemail && !item.status.recorded && write ? (
        <Button look="quiet" className="call-again" icon={messageSquareIcon} onClick={write}>
          {t('call.write')}
        </Button>
      ) : null}
    </div>
  )

  function sentence(): string {
    // How much of a message is kept, only the server knows.
    if (item.voicemail) return over ? t(`call.message_${item.media}`) : messageWords(i18n, item, reader)
    if (status.name === 'ended') return endedWords(i18n, { ...status, heldMs: item.heldMs }, reader, peer)
    if (status.name === 'connected') return t('call.running')
    return item.mine ? t('call.calling', { name: peer }) : t(`call.asks_${item.media}`, { name: peer })
  }
}

const $never = atom<string | null>(null)

/** What a visitor has hung up or declined is over for them, whenever the server hears of it. */
function overHere({ status, mine }: CallItem): CallItem['status'] {
  const reason = status.name === 'connected' ? 'hungUp' : mine ? 'withdrawn' : 'declined'
  return { name: 'ended', reason, by: 'visitor', durationMs: 0, recorded: false, recordedMs: null }
}

function Question({ item, call, peer, busy }: { item: CallItem; call: Call; peer: string; busy: boolean }) {
  const { t } = useI18n()
  const { phase } = useCall(call)
  const step = useStore(call.$step)
  // Also what they were about to ask themselves: there is one card, and one answer.
  const here = step !== null && (phase === 'asked' || step.purpose.kind === 'accept')
  return (
    <section className="call-card question" aria-label={t('call.region', { name: peer })}>
      <p className="call-card-title">
        <Icon of={item.media === 'video' ? videoIcon : phoneIncomingIcon} />
        {t(`call.asks_${item.media}`, { name: peer })}
      </p>
      {here ? <CallStep call={call} peer={peer} /> : null}
      {!here && phase === 'asked' ? (
        <>
          {call.side === 'visitor' ? <p className="quiet">{t('call.mayBeRecorded')}</p> : null}
          {busy ? <p className="quiet">{t('call.busy')}</p> : null}
          <div className="call-step-buttons">
            <Button
              look="primary"
              icon={item.media === 'video' ? videoIcon : phoneIcon}
              disabled={busy}
              onClick={call.accept}
            >
              {t('call.accept')}
            </Button>
            <Button onClick={call.decline}>{t('call.decline')}</Button>
          </div>
        </>
      ) : null}
      {phase === 'connecting' ? <p className="quiet">{t('call.connecting')}</p> : null}
    </section>
  )
}

/** A message is spoken again by who spoke it, where nothing of it was kept. */
const isForAgain = (item: CallItem, reader: 'visitor' | 'agent'): boolean =>
  !item.voicemail || (reader === 'visitor' && !isKept(item))

/** Offered while no other call runs; a message, while nobody answers. */
function Again({ item, call }: { item: CallItem; call: Call }) {
  const { t } = useI18n()
  const { call: running, agentName } = useCall(call)
  if (running || (item.voicemail && agentName !== null)) return null
  return (
    <Button
      look="quiet"
      className="call-again"
      icon={item.media === 'video' ? videoIcon : phoneIcon}
      onClick={() => call.ask(item.media, item.voicemail)}
    >
      {t(item.voicemail ? 'call.tryAgain' : 'call.again')}
    </Button>
  )
}
