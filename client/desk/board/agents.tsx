import { Link } from 'wouter'
import type { Board } from '../../../server/contract/board.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useDesk } from '../desk-context.ts'
import { useReasons } from '../inbox/use-reasons.ts'
import { useFail } from '../use-fail.ts'
import { SetStatus } from './set-status.tsx'

type Agent = Board['agents'][number]

/** Everybody at work or nearby, with since when; a supervisor may set them otherwise. */
export function Agents({ agents, now }: { agents: readonly Agent[]; now: number }) {
  const { t, n, clock } = useI18n()
  const { wire, me } = useDesk()
  const fail = useFail()
  const reasons = useReasons()
  const counts = new Map<Agent['status'], number>()
  for (const { status } of agents) counts.set(status, (counts.get(status) ?? 0) + 1)
  return (
    <section aria-labelledby="board-agents">
      <h2 id="board-agents">{t('team.agents')}</h2>
      <p className="row">
        {[...counts].map(([status, count]) => (
          <span key={status} className="pill">
            {t(`team.is_status_${status}`)} {n(count)}
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
              <SetStatus
                name={agent.name}
                reasons={reasons}
                choose={(choice) =>
                  void wire.request('status.force', { personId: agent.id, ...choice }).catch(fail)
                }
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
