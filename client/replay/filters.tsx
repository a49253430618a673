import { useI18n } from '../i18n/use-i18n.ts'
import { DateField } from '../ui/date-field.tsx'
import type { Filter } from './filter.ts'

const media = ['text', 'voice', 'video', 'screen'] as const

type FiltersProps = {
  filter: Filter
  change: (filter: Filter) => void
  agents: readonly { id: string; name: string }[]
}

export function Filters({ filter, change, agents }: FiltersProps) {
  const { t } = useI18n()
  const set = (part: Partial<Filter>) => change({ ...filter, ...part })
  return (
    <form className="filters" aria-label={t('replay.filters')} onSubmit={(event) => event.preventDefault()}>
      <DateField label={t('replay.from')} value={filter.from} change={(from) => set({ from })} />
      <DateField label={t('replay.to')} value={filter.to} change={(to) => set({ to })} />
      <label className="labelled">
        {t('replay.agent')}
        <select
          className="field"
          value={filter.agent}
          onChange={(event) => set({ agent: event.currentTarget.value })}
        >
          <option value="">{t('replay.any')}</option>
          {agents.map((agent) => (
            <option key={agent.id} value={agent.id}>
              {agent.name}
            </option>
          ))}
        </select>
      </label>
      <label className="labelled">
        {t('replay.medium')}
        <select
          className="field"
          value={filter.medium}
          onChange={(event) => set({ medium: event.currentTarget.value })}
        >
          <option value="">{t('replay.any')}</option>
          {media.map((medium) => (
            <option key={medium} value={medium}>
              {t(`replay.medium_${medium}`)}
            </option>
          ))}
        </select>
      </label>
    </form>
  )
}
