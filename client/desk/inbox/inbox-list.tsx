import { useStore } from '@nanostores/react'
import { type ReactNode, useId } from 'react'
import type { InboxRow } from '../../../server/contract/events.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { useNow } from '../../ui/use-now.ts'
import { useDesk } from '../desk-context.ts'
import { InboxEntry } from './inbox-entry.tsx'

const MINUTE_MS = 60_000

/** Mine, then those whom nobody answers yet. */
export function InboxList({ selected }: { selected: string | null }) {
  const { t } = useI18n()
  const { inbox, wire } = useDesk()
  const ready = useStore(inbox.$ready)
  const mine = useStore(inbox.$mine)
  const waiting = useStore(inbox.$waiting)
  const now = useNow(wire.serverNow, 5_000)
  if (!ready) return <Bones />
  const entry = (row: InboxRow) => (
    <InboxEntry key={row.conversationId} row={row} now={now} selected={row.conversationId === selected} />
  )
  return (
    <div className="inbox-lists">
      <List title={t('desk.conversations')} count={mine.length} empty={t('desk.noneMine')}>
        {mine.map(entry)}
      </List>
      <List title={t('desk.waiting')} count={waiting.length} empty={<NobodyWaits now={now} />}>
        {waiting.map(entry)}
      </List>
    </div>
  )
}

type ListProps = { title: string; count: number; empty: ReactNode; children: ReactNode }

function List({ title, count, empty, children }: ListProps) {
  const { n } = useI18n()
  const id = useId()
  return (
    <section aria-labelledby={id} className="inbox-list">
      <div className="inbox-list-head">
        <h2 id={id}>{title}</h2>
        <span aria-hidden="true">{n(count)}</span>
      </div>
      {count === 0 ? <p className="inbox-empty">{empty}</p> : null}
      <ul aria-labelledby={id}>{children}</ul>
    </section>
  )
}

function NobodyWaits({ now }: { now: number }) {
  const { t } = useI18n()
  const ago = useAgo()
  const { inbox } = useDesk()
  const { lastEndedAt } = useStore(inbox.$today)
  if (lastEndedAt === null) return t('desk.nobodyWaiting')
  return now - lastEndedAt < MINUTE_MS
    ? t('desk.nobodyWaitingNow')
    : t('desk.nobodyWaitingSince', { ago: ago(lastEndedAt, now) })
}

/** The rows that will be, without their words. */
function Bones() {
  const { t } = useI18n()
  return (
    <div className="inbox-lists" aria-busy="true">
      <p className="visually-hidden">{t('desk.loading')}</p>
      {[0, 1, 2].map((row) => (
        <div key={row} className="bone-row" aria-hidden="true" />
      ))}
    </div>
  )
}
