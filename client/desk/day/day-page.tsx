import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import type { Day } from '../../../server/contract/day.ts'
import type { PersonItem } from '../../../server/contract/http.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { DateField } from '../../ui/date-field.tsx'
import { keyAt, shiftDays } from '../../ui/days.ts'
import { chevronLeftIcon, chevronRightIcon } from '../../ui/icons-team.ts'
import { useDesk } from '../desk-context.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { Lanes } from './lanes.tsx'
import './day.css'
import { Statuses, Talks } from './lists.tsx'
import { Sums } from './sums.tsx'
import { useDay } from './use-day.ts'

type At = { id: string; date: string }

/** One person's day: how they were set, what they had in hand, and the sums. `date`: a key of days.ts. */
export function DayPage({ id, date }: At) {
  const { t } = useI18n()
  const { me } = useDesk()
  const { reading, again } = useDay(id, date)
  const day = reading.state === 'read' ? reading.day : null
  const mine = id === me.id
  return (
    <main className="page day" aria-busy={reading.state === 'loading'}>
      <header className="day-head">
        <h1>{mine || !day ? t('day.mine') : t('day.title', { name: day.person.name })}</h1>
        <Which id={id} date={date} />
      </header>
      {reading.state === 'loading' ? <Bones /> : null}
      {reading.state === 'failed' ? <Failed code={reading.code} again={again} /> : null}
      {day ? <Told day={day} /> : null}
    </main>
  )
}

function Told({ day }: { day: Day }) {
  const { t } = useI18n()
  if (!day.shift) return <p className="day-none quiet">{t('day.none')}</p>
  return (
    <>
      <Sums day={day} />
      <Lanes day={day} />
      <div className="day-lists">
        <Statuses day={day} />
        <Talks day={day} />
      </div>
    </>
  )
}

/** Whose day, and which; both stand in the address. */
function Which({ id, date }: At) {
  const { t } = useI18n()
  const { me } = useDesk()
  const [, go] = useLocation()
  const to = (next: Partial<At>) => go(`/day/${next.id ?? id}/${next.date ?? date}`)
  return (
    <div className="day-which">
      {may(me.role, 'forceStatus') ? <Whose id={id} choose={(person) => to({ id: person })} /> : null}
      <IconButton
        icon={chevronLeftIcon}
        mirror
        label={t('day.before')}
        onClick={() => to({ date: shiftDays(date, -1) })}
      />
      <DateField label={t('day.date')} value={date} needed change={(next) => to({ date: next })} />
      <IconButton
        icon={chevronRightIcon}
        mirror
        label={t('day.after')}
        disabled={date >= keyAt(Date.now())}
        onClick={() => to({ date: shiftDays(date, 1) })}
      />
    </div>
  )
}

function Whose({ id, choose }: { id: string; choose(id: string): void }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [people, setPeople] = useState<readonly PersonItem[]>([])
  useEffect(() => {
    const load = async (): Promise<void> => {
      const answer = await session.fetch('/api/desk/people')
      const { people: all } = (await answer.json()) as { people: PersonItem[] }
      setPeople(all.filter(({ body }) => may(body.role, 'serve')))
    }
    load().catch(fail)
    // Once, when the page opens.
  }, [session])
  return (
    <label className="labelled">
      {t('day.person')}
      <select className="field" value={id} onChange={(event) => choose(event.currentTarget.value)}>
        {people.some((one) => one.id === id) ? null : <option value={id} />}
        {people.map((one) => (
          <option key={one.id} value={one.id}>
            {one.body.name}
          </option>
        ))}
      </select>
    </label>
  )
}

const whyNot = { notFound: 'day.notFound', notAllowed: 'day.notAllowed' } as const

function Failed({ code, again }: { code: string; again(): void }) {
  const { t } = useI18n()
  const words = whyNot[code as keyof typeof whyNot]
  if (words) return <p role="alert">{t(words)}</p>
  return (
    <div className="day-none" role="alert">
      <p>{t('day.failed')}</p>
      <Button onClick={again}>{t('common.tryAgain')}</Button>
    </div>
  )
}

function Bones() {
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
