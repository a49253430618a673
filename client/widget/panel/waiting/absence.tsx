import type { Team } from '../../../../server/contract/waiting.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'

/** Why nobody answers now, and when somebody does. */
export function Absence({ team }: { team: Team }) {
  const { t, day, time } = useI18n()
  if (!team.open) {
    const { opensAt } = team
    const when = opensAt === null ? null : `${day(opensAt)}, ${time(opensAt)}`
    return (
      <p>
        {t('waiting.closed')} {when ? t('waiting.opens', { when }) : null}
      </p>
    )
  }
  return <p>{t(team.full ? 'waiting.full' : 'waiting.nobody')}</p>
}
