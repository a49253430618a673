import type { ReactNode } from 'react'
import type { Bubble, BubbleGroup, Delivery } from '../model/timeline-item.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Attachment, type AttachmentUrl } from './attachment.tsx'
import { Avatar } from './avatar.tsx'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { checkCheckIcon, checkIcon, circleAlertIcon, clockIcon } from './icons.ts'
import { Written } from './written.tsx'

/** What may be done with a line of the thread; what is not given is not offered. */
export type BubbleActs = {
  url: AttachmentUrl
  retry?: (clientId: string) => void
  remove?: (clientId: string) => void
  /** A click on a message, in the replay. */
  pick?: (at: number) => void
  /** What to call a visitor who has no name. */
  unnamed?: string
  /** Staff's alone: the way to what is hidden in a message. */
  hidden?: (seq: number) => ReactNode
  /** Key of the message to point out. */
  highlighted?: string | null
}

const deliveryIcon: Record<Delivery, string> = {
  pending: clockIcon,
  failed: circleAlertIcon,
  sent: checkIcon,
  delivered: checkCheckIcon,
  read: checkCheckIcon,
}

export function Failed({
  clientId,
  retry,
  remove,
}: { clientId: string | null } & Pick<BubbleActs, 'retry' | 'remove'>) {
  const { t } = useI18n()
  if (!clientId) return null
  return (
    <div className="bubble-failed">
      <Icon of={circleAlertIcon} size={16} />
      <span>{t('ui.notSent')}</span>
      {retry ? (
        <Button look="quiet" onClick={() => retry(clientId)}>
          {t('ui.retry')}
        </Button>
      ) : null}
      {remove ? (
        <Button look="quiet" onClick={() => remove(clientId)}>
          {t('ui.delete')}
        </Button>
      ) : null}
    </div>
  )
}

function OneBubble({ bubble, acts }: { bubble: Bubble; acts: BubbleActs }) {
  const { pick, highlighted } = acts
  const className = `bubble ${bubble.delivery} ${highlighted === bubble.key ? 'highlighted' : ''}`
  const body = (
    <>
      {bubble.text ? <Written text={bubble.text} /> : null}
      {bubble.hidden && bubble.seq !== null ? acts.hidden?.(bubble.seq) : null}
      {bubble.attachments.map((info) => (
        <Attachment key={info.id} info={info} url={acts.url} />
      ))}
    </>
  )
  return (
    <div className={className} data-key={bubble.key}>
      {body}
      {pick ? <Seek at={bubble.at} pick={pick} /> : null}
      {bubble.delivery === 'failed' ? <Failed clientId={bubble.clientId} {...acts} /> : null}
    </div>
  )
}

/** Covers its bubble without swallowing the links in it. */
export function Seek({ at, pick }: { at: number; pick: (at: number) => void }) {
  const { t, time } = useI18n()
  return (
    <button
      type="button"
      className="bubble-seek"
      aria-label={t('staff.goTo', { time: time(at) })}
      onClick={() => pick(at)}
    />
  )
}

function Delivered({ delivery }: { delivery: Delivery }) {
  const { t } = useI18n()
  const words = {
    pending: t('ui.pending'),
    failed: t('ui.notSent'),
    sent: t('ui.sent'),
    delivered: t('ui.delivered'),
    read: t('ui.read'),
  }[delivery]
  return (
    <span className={`delivery ${delivery}`} title={words}>
      <Icon of={deliveryIcon[delivery]} size={14} />
      <span className="visually-hidden">{words}</span>
    </span>
  )
}

/** Consecutive messages of one person: the name once above, the time once below. */
export function Bubbles({ group, acts }: { group: BubbleGroup; acts: BubbleActs }) {
  const { t, time, exact } = useI18n()
  const last = group.bubbles.at(-1)
  const own = group.mine && !group.signed
  const who = own
    ? t('ui.you')
    : (group.name ?? (group.side === 'agent' ? t('ui.agent') : (acts.unnamed ?? t('ui.visitor'))))
  return (
    <div className={`bubbles ${group.side} ${group.mine ? 'mine' : 'theirs'}`}>
      {group.mine ? null : <Avatar name={group.name} side={group.side} size={28} />}
      <div className="bubbles-body">
        <div className={own ? 'visually-hidden' : 'bubbles-name'}>
          <bdi>{who}</bdi>
        </div>
        {group.bubbles.map((bubble) => (
          <OneBubble key={bubble.key} bubble={bubble} acts={acts} />
        ))}
        <div className="bubbles-meta">
          <time dateTime={new Date(group.at).toISOString()} title={exact(group.at)}>
            {time(group.at)}
          </time>
          {group.mine && last && last.delivery !== 'failed' ? <Delivered delivery={last.delivery} /> : null}
        </div>
      </div>
    </div>
  )
}
