import { Link, useLocation } from 'wouter'
import { may } from '../../../server/permission/permission.ts'
import type { Shifts } from '../../../server/contract/shifts.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import '../day/day.css'
import { Bones, DayChoice, Failed } from '../day/states.tsx'
import { useOfDay } from '../day/use-of-day.ts'
import { useDesk } from '../desk-context.ts'
import './shifts.css'
import { ShiftTable } from './shift-table.tsx'

type At = { date: string; team: string | null }

/** When each of a team came and went on a day. `date`: a key of days.ts; `team`: null for everybody. */
export function ShiftsPage({ date, team }: At) {
  const { t } = useI18n()
  const [, go] = useLocation()
  const address = `/api/desk/shifts${team === null ? '' : `?team=${encodeURIComponent(team)}`}`
  const { reading, again } = useOfDay<Shifts>(address, date)
  const shifts = reading.state === 'read' ? reading.of : null
  const to = (next: Partial<At>) => {
    const at = { date, team, ...next }
    go(at.team === null ? `/shifts/${at.date}` : `/shifts/${at.date}/${at.team}`)
  }
  return (
    <main className="page shifts" aria-busy={reading.state === 'loading'}>
      <header className="day-head">
        <h1>{t('day.shifts')}</h1>
        <div className="day-which">
          <Team team={team} teams={shifts?.teams ?? []} choose={(next) => to({ team: next })} />
          <DayChoice date={date} choose={(next) => to({ date: next })} />
        </div>
      </header>
      {reading.state === 'loading' ? <Bones /> : null}
      {reading.state === 'failed' ? <Failed code={reading.code} notFound="day.noTeam" again={again} /> : null}
      {shifts ? <Told shifts={shifts} date={date} team={team} /> : null}
    </main>
  )
}

type TeamProps = { team: string | null; teams: Shifts['teams']; choose(team: string | null): void }

function Team({ team, teams, choose }: TeamProps) {
  const { t } = useI18n()
  return (
    <label className="labelled">
      {t('day.team')}
      <select
        className="field"
        value={team ?? ''}
        onChange={(event) => choose(event.currentTarget.value || null)}
      >
        <option value="">{t('day.everyTeam')}</option>
        {team === null || teams.some(({ id }) => id === team) ? null : <option value={team} />}
        {teams.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function Told({ shifts, date, team }: { shifts: Shifts } & At) {
  const { t } = useI18n()
  const { me } = useDesk()
  const { people, more } = shifts
  const absent = people.filter(({ shift }) => shift === null)
  if (people.length === 0)
    return (
      <div>
        <p className="quiet">{t(team === null ? 'day.noPeople' : 'day.emptyTeam')}</p>
        {may(me.role, 'managePeople') ? <Link href="/settings/people">{t('day.toPeople')}</Link> : null}
      </div>
    )
  return (
    <>
      {more ? <p className="quiet">{t('day.moreShifts')}</p> : null}
      {absent.length === people.length ? (
        <p className="quiet">{t('day.nobody')}</p>
      ) : (
        <ShiftTable shifts={shifts} date={date} teamed={team === null} />
      )}
      {absent.length > 0 ? (
        <section aria-labelledby="shifts-absent">
          <h2 id="shifts-absent">{t('day.absent')}</h2>
          <ul className="shifts-absent">
            {absent.map(({ person: { id, name } }) => (
              <li key={id}>
                <Link href={`/day/${id}/${date}`} aria-label={t('day.title', { name })}>
                  <bdi>{name}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  )
}
