import { useStore } from '@nanostores/react'
import { useId } from 'react'
import { Link } from 'wouter'
import type { Earlier } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { phoneIcon, screenShareIcon, videoIcon } from '../../ui/icons.ts'
import type { Room } from '../desk.ts'
import { useFail } from '../use-fail.ts'
import { readEarlier } from './earlier.ts'
import { earlierPath } from './path.ts'
import { useReading } from './use-reading.ts'

const icons = { voice: phoneIcon, video: videoIcon, screen: screenShareIcon }

type Props = { room: Room; open: string | null }

/** The visitor's conversations before this one; each opens in the thread's place. */
export function EarlierList({ room, open }: Props) {
  const { t } = useI18n()
  const fail = useFail()
  const title = useId()
  const view = useStore(room.thread.$view)
  // Whether they may be read changes with who has the present one.
  const phase = view.phase === 'ready' ? view.state.phase.name : null
  const { pages, reading } = useReading(readEarlier, room.conversationId, phase)
  const { items, more } = pages
  // After the end only one's own are told of; that there are none says nothing about the visitor.
  if (pages.phase === 'gone' || (phase === 'ended' && items.length === 0)) return null
  return (
    <section aria-labelledby={title} className="earlier" aria-busy={pages.phase === 'loading'}>
      <h3 id={title}>{t('desk.earlier')}</h3>
      {pages.phase === 'failed' ? (
        <p className="quiet">
          {t('desk.earlierFailed')} <Button onClick={reading?.retry}>{t('common.tryAgain')}</Button>
        </p>
      ) : null}
      {pages.phase === 'ready' && items.length === 0 ? (
        <p className="quiet">{t('desk.earlierNone')}</p>
      ) : null}
      <ul aria-labelledby={title}>
        {items.map((item) => (
          <Entry
            key={item.conversationId}
            item={item}
            href={earlierPath(room.conversationId, item.conversationId)}
            open={item.conversationId === open}
          />
        ))}
      </ul>
      {more ? (
        <Button look="quiet" onClick={() => void reading?.loadMore().catch(fail)}>
          {t('desk.earlierMore')}
        </Button>
      ) : null}
    </section>
  )
}

/** When, by which media, who answered, the last word, and how it ended. */
function Entry({ item, href, open }: { item: Earlier; href: string; open: boolean }) {
  const { t, day, time, exact, list } = useI18n()
  return (
    <li>
      <Link href={href} id={`earlier-${item.conversationId}`} aria-current={open ? 'true' : undefined}>
        <span className="earlier-when" title={exact(item.startedAt)}>
          <b>{day(item.startedAt)}</b> {time(item.startedAt)}
          {item.media.map((medium) => (
            <span key={medium} className="earlier-medium" title={t(`replay.medium_${medium}`)}>
              <Icon of={icons[medium]} size={14} />
              <span className="visually-hidden">{t(`replay.medium_${medium}`)}</span>
            </span>
          ))}
        </span>
        <span className="earlier-who">
          {item.agents.length > 0 ? <bdi>{list(item.agents)}</bdi> : t('desk.earlierUnanswered')}
        </span>
        {item.lastText ? (
          <span className="earlier-text" dir="auto">
            {item.lastText.text}
          </span>
        ) : null}
        <span className="earlier-end">{t(`desk.earlierEnd_${item.endedBy}`)}</span>
      </Link>
    </li>
  )
}
