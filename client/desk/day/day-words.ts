import type { Day, DayCall, DayStatus } from '../../../server/contract/day.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

/** What the axis and the lists both say of a day's pieces. */
export function useDayWords({ now, shift, person }: Pick<Day, 'now' | 'shift' | 'person'>) {
  const { t, time } = useI18n()
  const isOn = (to: number) => shift?.on === true && to === Math.min(now, shift.to)
  return {
    /** "8:00–9:30"; of what goes on only its beginning. */
    range: ({ from, to }: { from: number; to: number }): string =>
      isOn(to) ? t('day.rangeOn', { from: time(from) }) : t('day.range', { from: time(from), to: time(to) }),
    status: ({ status, reason }: DayStatus): string => {
      const name = t(`team.is_status_${status}`)
      return reason ? t('work.statusReason', { status: name, reason }) : name
    },
    /** Who set it for them; null: they did, or nobody. */
    forced: ({ by }: DayStatus): string | null =>
      by && by.id !== person.id ? t('work.statusBy', { name: by.name }) : null,
    call: ({ media, as }: DayCall): string => {
      const medium = t(`team.medium_${media}`)
      return as === 'agent' ? medium : t(`day.as_${as}`, { medium })
    },
  }
}
