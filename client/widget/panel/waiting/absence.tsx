import type { Team } from '../../../../server/contract/waiting.ts'
import { dayWithin } from '../../../i18n/day-within.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'

/** Why nobody answers now, and when somebody does. */
export function Absence({ team }: { team: Team }) {
  const i18n = useI18n()
  const { t, time, list } = i18n
  if (!team.open) {
    const { opensAt } = team
    const when = opensAt === null ? null : list([dayWithin(i18n, opensAt), time(opensAt)])
    return (
      <p>
        {t('waiting.closed')} {when ? t('waiting.opens', { when }) : null}
      </p>
    )
  }
  return <p>{t(team.full ? 'waiting.full' : 'waiting.nobody')}</p>
}
