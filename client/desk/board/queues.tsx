import {
  type QueueLine,
  type Level,
  serviceLevel,
  shareOf,
  type Service,
  waitLevel,
} from '../../../server/board/board.ts'
import type { Key } from '../../i18n/keys.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

/** Each queue with its figures; colour only where a promise is in danger or broken, and then also in words. */
export function Queues({ queues, now }: { queues: readonly QueueLine[]; now: number }) {
  const { t, n, clock } = useI18n()
  const share = (service: Service) => {
    const known = shareOf(service)
    return known === null ? t('team.noFigure') : n(known, { style: 'percent' })
  }
  return (
    <section className="board-scroll" aria-label={t('team.queues')} tabIndex={0}>
      <table className="board-table">
        <caption className="visually-hidden">{t('team.queues')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('team.queue')}</th>
            <th scope="col">{t('team.waitingNow')}</th>
            <th scope="col">{t('team.longest')}</th>
            <th scope="col">{t('team.serviceNow')}</th>
            <th scope="col">{t('team.serviceToday')}</th>
            <th scope="col">{t('team.answeredToday')}</th>
            <th scope="col">{t('team.abandonedToday')}</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.id ?? 'everybody'}>
              <th scope="row">
                <bdi>{queue.name || t('team.everybodysQueue')}</bdi>
                <small>
                  {t('team.promise', {
                    share: n(queue.target.share, { style: 'percent' }),
                    time: clock(queue.target.withinMs),
                  })}
                </small>
              </th>
              <td className="figure">
                <Name of="team.waitingNow" />
                {n(queue.waiting)}
                {queue.tasks > 0 ? <small>{t('team.tasks', { count: queue.tasks })}</small> : null}
              </td>
              <Figure name="team.longest" level={waitLevel(queue, now)}>
                {queue.longestSince === null
                  ? t('team.noFigure')
                  : clock(Math.max(0, now - queue.longestSince))}
              </Figure>
              <Figure name="team.serviceNow" level={serviceLevel(queue.now, queue)}>
                {share(queue.now)}
              </Figure>
              <Figure name="team.serviceToday" level={serviceLevel(queue.today, queue)}>
                {share(queue.today)}
              </Figure>
              <Figure name="team.answeredToday">{n(queue.today.answered)}</Figure>
              <Figure name="team.abandonedToday">{n(queue.today.abandoned)}</Figure>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type FigureProps = { name: Key; level?: Level; children: string }

function Figure({ name, level = 'good', children }: FigureProps) {
  const { t } = useI18n()
  return (
    <td className={`figure ${level}`}>
      <Name of={name} />
      {children}
      {level === 'good' ? null : <small>{t(`team.level_${level}`)}</small>}
    </td>
  )
}

/** On a card, where no column's head stands above the figure. */
function Name({ of }: { of: Key }) {
  const { t } = useI18n()
  return <span className="board-name">{t(of)}</span>
}
