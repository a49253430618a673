/** Whether the rules apply themselves once a day, and when. */
import { useEffect, useState } from 'react'
import type { DailyState } from '../../../../server/contract/keeping.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { wallHour } from './wall-hour.ts'

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const PATH = '/api/desk/keeping/daily'

export function Daily() {
  const { t, n } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [state, setState] = useState<DailyState | null>(null)
  const [changing, setChanging] = useState(false)
  useEffect(() => {
    let latest = true
    const ask = async () => (await (await session.fetch(PATH)).json()) as DailyState
    ask().then((found) => latest && setState(found), fail)
    return () => {
      latest = false
    }
  }, [session])
  const daily = state?.daily
  return (
    <div className="form-row" aria-busy={state === null}>
      <p>
        {daily
          ? t('admin.keepDailyAt', { time: wallHour(daily.hour, n), zone: daily.timeZone })
          : t('admin.keepDailyOff')}
      </p>
      <Button disabled={state === null} onClick={() => setChanging(true)}>
        {t('admin.keepDaily')}
      </Button>
      {changing && state ? (
        <Change state={state} changed={setState} close={() => setChanging(false)} />
      ) : null}
    </div>
  )
}

type ChangeProps = {
  state: DailyState
  changed(state: DailyState): void
  close(): void
}

/** The hour is that of whoever chooses it. */
function Change({ state: { daily }, changed, close }: ChangeProps) {
  const { t, n } = useI18n()
  const session = useSession()
  const [hour, setHour] = useState(daily === null ? '' : String(daily.hour))
  const run = async (reason: string) => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    const wanted = hour === '' ? null : { hour: Number(hour), timeZone }
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ daily: wanted, reason })
    changed((await (await session.fetch(PATH, { method: 'PUT', headers, body })).json()) as DailyState)
  }
  return (
    <ReasonDialog
      title={t('admin.keepDaily')}
      about={t('admin.keepDailyAbout')}
      deed={t('admin.save')}
      {...{ run, close }}
    >
      <label className="labelled">
        {t('admin.keepDailyWhen')}
        <select className="field" value={hour} onChange={(event) => setHour(event.currentTarget.value)}>
          <option value="">{t('admin.keepDailyNever')}</option>
          {HOURS.map((one) => (
            <option key={one} value={one}>
              {wallHour(one, n)}
            </option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  )
}
