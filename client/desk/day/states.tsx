/** What the pages of a day have in common: which day, that it is under way, and that it could not be had. */
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Key } from '../../i18n/keys.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { DateField } from '../../ui/date-field.tsx'
import { keyAt, shiftDays } from '../../ui/days.ts'
import { chevronLeftIcon, chevronRightIcon } from '../../ui/icons-team.ts'

/** `date`: a key of days.ts; none after today's. */
export function DayChoice({ date, choose }: { date: string; choose(date: string): void }) {
  const { t } = useI18n()
  return (
    <div className="day-choice">
      <IconButton
        icon={chevronLeftIcon}
        mirror
        label={t('day.before')}
        onClick={() => choose(shiftDays(date, -1))}
      />
      <DateField label={t('day.date')} value={date} needed change={choose} />
      <IconButton
        icon={chevronRightIcon}
        mirror
        label={t('day.after')}
        disabled={date >= keyAt(Date.now())}
        onClick={() => choose(shiftDays(date, 1))}
      />
    </div>
  )
}

type FailedProps = { code: string; notFound: Key; again(): void }

export function Failed({ code, notFound, again }: FailedProps) {
  const { t } = useI18n()
  if (code === 'notFound') return <p role="alert">{t(notFound)}</p>
  if (code === 'notAllowed') return <p role="alert">{t('day.notAllowed')}</p>
  return (
    <div className="day-none" role="alert">
      <p>{t('day.failed')}</p>
      <Button onClick={again}>{t('common.tryAgain')}</Button>
    </div>
  )
}

export function Bones() {
  const { t } = useI18n()
  return (
    <div>
      <p className="visually-hidden">{t('desk.loading')}</p>
      {[0, 1, 2].map((row) => (
        <div key={row} className="bone-row" aria-hidden="true" />
      ))}
    </div>
  )
}
