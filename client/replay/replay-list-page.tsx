import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { ReplayList, ReplayListItem } from '../../server/contract/http.ts'
import { useSession } from '../desk/session/session-context.ts'
import { useFail } from '../desk/use-fail.ts'
import { visitorName } from '../desk/visitor-name.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Pill } from '../ui/pill.tsx'
import { messageSquareIcon, phoneIcon, screenShareIcon, videoIcon } from '../ui/icons.ts'
import { emptyFilter, type Filter, queryOf } from './filter.ts'
import { Filters } from './filters.tsx'
import './replay.css'

const icons = { voice: phoneIcon, video: videoIcon, screen: screenShareIcon }

/** Pages of the list for a filter, joined; the next page on request. */
function useList(filter: Filter) {
  const session = useSession()
  const fail = useFail()
  const [list, setList] = useState<ReplayList | null>(null)
  const fetchPage = async (before: string | null): Promise<ReplayList> => {
    const answer = await session.fetch(`/api/replay/conversations?${queryOf(filter, before)}`)
    return (await answer.json()) as ReplayList
  }
  useEffect(() => {
    let latest = true
    fetchPage(null).then((page) => latest && setList(page), fail)
    return () => {
      latest = false
    }
  }, [filter])
  const more = () => {
    if (!list?.next) return
    fetchPage(list.next).then((page) => setList({ ...page, items: [...list.items, ...page.items] }), fail)
  }
  return { list, more }
}

/** Every conversation, newest first. */
export function ReplayListPage() {
  const { t } = useI18n()
  const [filter, setFilter] = useState<Filter>(emptyFilter)
  const { list, more } = useList(filter)
  return (
    <main className="page">
      <h1>{t('replay.title')}</h1>
      <Filters filter={filter} change={setFilter} agents={list?.agents ?? []} />
      {list === null ? <Bones /> : <Rows items={list.items} filtered={filter !== emptyFilter} />}
      {list && list.items.length === 0 && filter !== emptyFilter ? (
        <Button onClick={() => setFilter(emptyFilter)}>{t('replay.clear')}</Button>
      ) : null}
      {list?.next ? (
        <div className="replay-more">
          <Button onClick={more}>{t('replay.more')}</Button>
        </div>
      ) : null}
    </main>
  )
}

function Bones() {
  const { t } = useI18n()
  return (
    <div aria-busy="true">
      <p className="visually-hidden">{t('desk.loading')}</p>
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="bone-row" aria-hidden="true" />
      ))}
    </div>
  )
}

function Rows({ items, filtered }: { items: readonly ReplayListItem[]; filtered: boolean }) {
  const { t } = useI18n()
  if (items.length === 0)
    return <p className="replay-none">{t(filtered ? 'replay.noneFound' : 'replay.none')}</p>
  return (
    <div className="replay-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('replay.when')}</th>
            <th scope="col">{t('replay.who')}</th>
            <th scope="col">{t('replay.agent')}</th>
            <th scope="col">{t('replay.medium')}</th>
            <th scope="col">{t('replay.messages')}</th>
            <th scope="col">{t('replay.call')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={item.conversationId} item={item} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ item }: { item: ReplayListItem }) {
  const i18n = useI18n()
  const { t, n, day, time, clock, exact } = i18n
  return (
    <tr>
      <td title={exact(item.startedAt)}>
        {day(item.startedAt)} <span className="quiet">{time(item.startedAt)}</span>
        {item.endedAt === null ? <Pill>{t('replay.running')}</Pill> : null}
      </td>
      <th scope="row">
        <Link href={`/replay/${item.conversationId}`}>
          <bdi>{visitorName(i18n, item.visitor.name, item.conversationId)}</bdi>
        </Link>
      </th>
      <td>
        <bdi>{item.agents.map((agent) => agent.name).join(', ')}</bdi>
      </td>
      <td>
        <span className="replay-media">
          <Medium icon={messageSquareIcon} label={t('replay.messages')} />
          {item.media.map((medium) => (
            <Medium key={medium} icon={icons[medium]} label={t(`replay.medium_${medium}`)} />
          ))}
        </span>
      </td>
      <td className="replay-count">{n(item.messages)}</td>
      <td className="replay-call">
        {item.callMs > 0 ? (
          <>
            <span className="clock">{clock(item.callMs)}</span>{' '}
            <span className="quiet">{t(item.recorded ? 'replay.recorded' : 'replay.notRecorded')}</span>
          </>
        ) : (
          '–'
        )}
      </td>
    </tr>
  )
}

function Medium({ icon, label }: { icon: string; label: string }) {
  return (
    <span title={label}>
      <Icon of={icon} size={16} />
      <span className="visually-hidden">{label}</span>
    </span>
  )
}
