import { useI18n } from '../../i18n/use-i18n.ts'
import { type Choice, choicesWith, type Reason } from '../inbox/status-choices.ts'

type Props = { name: string; reasons: readonly Reason[]; choose: (choice: Choice) => void }

/** Sets an agent otherwise: the statuses that they choose from themselves, with the reasons for being away. */
export function SetStatus({ name, reasons, choose }: Props) {
  const { t } = useI18n()
  const all = choicesWith(reasons)
  return (
    <select
      className="field"
      aria-label={t('team.setStatus', { name })}
      value=""
      onChange={({ currentTarget: { selectedIndex } }) => {
        // The first says what it is for.
        const chosen = all[selectedIndex - 1]
        if (!chosen) return
        const { reason: _named, ...choice } = chosen
        choose(choice)
      }}
    >
      <option value="" disabled>
        {t('team.set')}
      </option>
      {all.map(({ status, reasonId, reason }) => (
        <option key={reasonId ?? status} value={reasonId ?? status}>
          {reason === null
            ? t(`team.is_status_${status}`)
            : t('work.statusReason', { status: t(`team.is_status_${status}`), reason })}
        </option>
      ))}
    </select>
  )
}
