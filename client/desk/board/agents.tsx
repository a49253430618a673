import { Link } from 'wouter'
import type { Board } from '../../../server/contract/board.ts'
import type { ChosenStatus } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'

const choices: readonly ChosenStatus[] = ['available', 'busy', 'away', 'offline']
type Agent = Board['agents'][number]

/** Everybody at work or nearby, with since when; a supervisor may set them otherwise. */
export function Agents({ agents, now }: { agents: readonly Agent[]; now: number }) {
  const { t, n, clock } = useI18n()
  const { wire, me } = useDesk()
  const fail = useFail()
  const counts = Map.groupBy(agents, ({ status }) => status)
  return (
    <section aria-labelledby="board-agents">
      <h2 id="board-agents">{t('team.agents')}</h2>
      <p className="row">
        {[...counts].map(([status, all]) => (
          <span key={status} className="pill">
            {t(`team.is_status_${status}`)} {n(all.length)}
          </span>
        ))}
      </p>
      {agents.length === 0 ? <p className="quiet">{t('team.nobodyHere')}</p> : null}
      <ul className="board-agents">
        {agents.map((agent) => (
          <li key={agent.id}>
            <Link href={`/day/${agent.id}`} aria-label={t('day.title', { name: agent.name })}>
              <bdi>{agent.name}</bdi>
            </Link>
            <span>
              {agent.calling ? t('team.calling') : t(`team.is_status_${agent.status}`)}
              {agent.reason ? ` (${agent.reason})` : ''}
            </span>
            <span className="clock">{clock(Math.max(0, now - agent.since))}</span>
            <span className="quiet">{t('team.inHand', { count: agent.conversations })}</span>
            {agent.id === me.id ? null : (
              <select
                className="field"
                aria-label={t('team.setStatus', { name: agent.name })}
                value=""
                onChange={(event) => {
                  const status = event.currentTarget.value as ChosenStatus
                  wire.request('status.force', { personId: agent.id, status }).catch(fail)
                }}
              >
                <option value="" disabled>
                  {t('team.set')}
                </option>
                {choices.map((status) => (
                  <option key={status} value={status}>
                    {t(`team.is_status_${status}`)}
                  </option>
                ))}
              </select>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
