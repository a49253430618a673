import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Day } from '../../../server/contract/day.ts'
import type { PersonItem } from '../../../server/contract/http.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useDesk } from '../desk-context.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { Lanes } from './lanes.tsx'
import './day.css'
import { Statuses, Talks } from './lists.tsx'
import { Bones, DayChoice, Failed } from './states.tsx'
import { Sums } from './sums.tsx'
import { useOfDay } from './use-of-day.ts'

type At = { id: string; date: string }

/** One person's day: how they were set, what they had in hand, and the sums. `date`: a key of days.ts. */
export function DayPage({ id, date }: At) {
  const { t } = useI18n()
  const { me } = useDesk()
  const { reading, again } = useOfDay<Day>(`/api/desk/people/${id}/day`, date)
  const day = reading.state === 'read' ? reading.of : null
  const mine = id === me.id
  return (
    <main className="page day" aria-busy={reading.state === 'loading'}>
      <header className="day-head">
        <h1>{mine || !day ? t('day.mine') : t('day.title', { name: day.person.name })}</h1>
        <Which id={id} date={date} />
      </header>
      {reading.state === 'loading' ? <Bones /> : null}
      {reading.state === 'failed' ? (
        <Failed code={reading.code} notFound="day.notFound" again={again} />
      ) : null}
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
      {may(me.role, 'forceStatus') ? (
        <>
          <Link href={`/shifts/${date}`} className="button quiet">
            <span>{t('day.shifts')}</span>
          </Link>
          <Whose id={id} choose={(person) => to({ id: person })} />
        </>
      ) : null}
      <DayChoice date={date} choose={(next) => to({ date: next })} />
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
