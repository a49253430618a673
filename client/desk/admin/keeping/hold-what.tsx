/** What a legal hold lies on: all of a person, or one conversation of theirs. */
import { useEffect, useId, useState } from 'react'
import type { VisitorTalk } from '../../../../server/contract/keeping.ts'
import { dayWithin } from '../../../i18n/day-within.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'

type Props = {
  visitorId: string
  /** The conversation; empty: everything. */
  value: string
  change(value: string): void
}

export function HoldWhat({ visitorId, value, change }: Props) {
  const i18n = useI18n()
  const { t, time } = i18n
  const session = useSession()
  const fail = useFail()
  const id = useId()
  const [talks, setTalks] = useState<VisitorTalk[]>([])
  useEffect(() => {
    let latest = true
    const load = async () => {
      const answer = await session.fetch(`/api/desk/privacy/visitors/${visitorId}/conversations`)
      const { conversations } = (await answer.json()) as { conversations: VisitorTalk[] }
      if (latest) setTalks(conversations)
    }
    load().catch(fail)
    return () => {
      latest = false
    }
  }, [session, visitorId])
  return (
    <div className="labelled">
      <label htmlFor={id}>{t('admin.keepHoldWhat')}</label>
      <select {...{ id, className: 'field', value }} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{t('admin.keepHoldAll')}</option>
        {talks.map(({ id: talk, startedAt, held }) => (
          <option key={talk} value={talk}>
            {t(held ? 'admin.keepHoldOneHeld' : 'admin.keepHoldOne', {
              at: `${dayWithin(i18n, startedAt)} ${time(startedAt)}`,
            })}
          </option>
        ))}
      </select>
    </div>
  )
}
