import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Day } from '../../../server/contract/day.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useDesk } from '../desk-context.ts'
import { visitorName } from '../visitor-name.ts'
import { useDayWords } from './day-words.ts'

/** Each status with its reason and who forced it, from their coming to their going. */
export function Statuses({ day }: { day: Day }) {
  const { t, span } = useI18n()
  const words = useDayWords(day)
  const { shift } = day
  const shown = day.statuses.filter(({ from, to }) => shift && to > shift.from && from < shift.to)
  return (
    <List
      title={t('day.statuses')}
      columns={[t('day.when'), t('day.status'), t('day.length')]}
      rows={shown.map((one) => {
        const forced = words.forced(one)
        return {
          key: one.from,
          cells: [
            words.range(one),
            <>
              <i className={`day-swatch ${one.status}`} aria-hidden="true" />
              <bdi>{words.status(one)}</bdi>
              {forced ? <small>{forced}</small> : null}
            </>,
            span(one.to - one.from),
          ],
        }
      })}
    />
  )
}

/** Conversations and calls in one order of time, each leading to what was said. */
export function Talks({ day }: { day: Day }) {
  const i18n = useI18n()
  const { t, span } = i18n
  const { me } = useDesk()
  const words = useDayWords(day)
  const talks = [
    ...day.conversations.map((one) => ({ ...one, key: `c${one.from}`, what: t('team.medium_chat') })),
    ...day.calls.map((one) => ({ ...one, key: `v${one.callId}${one.from}`, what: words.call(one) })),
  ].sort((a, b) => a.from - b.from)
  if (talks.length === 0)
    return (
      <section aria-labelledby="day-talks">
        <h2 id="day-talks">{t('day.talks')}</h2>
        <p className="quiet">{t('day.noTalks')}</p>
      </section>
    )
  return (
    <List
      title={t('day.talks')}
      columns={[t('day.when'), t('day.visitor'), t('day.what'), t('day.length')]}
      rows={talks.map((one) => ({
        key: one.key,
        cells: [
          words.range(one),
          one.conversationId === null ? (
            <span className="quiet">{t('day.notYours')}</span>
          ) : (
            <Link href={`${may(me.role, 'find') ? '/replay' : '/c'}/${one.conversationId}`}>
              <bdi>{visitorName(i18n, one.visitorName, one.conversationId)}</bdi>
            </Link>
          ),
          one.what,
          span(one.to - one.from),
        ],
      }))}
    />
  )
}

type Row = { key: string | number; cells: ReactNode[] }

function List({ title, columns, rows }: { title: string; columns: string[]; rows: Row[] }) {
  return (
    <section className="day-list">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, i) => (
                <td key={columns[i]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
