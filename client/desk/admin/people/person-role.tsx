import { useStore } from '@nanostores/react'
import type { Role } from '../../../../server/contract/desk.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useSession } from '../../session/session-context.ts'
import { Labelled } from '../controls/labelled.tsx'
import type { ControlProps } from '../fields.ts'

const roles: readonly Role[] = ['agent', 'supervisor', 'reviewer', 'admin']

/** Nobody makes others mightier than themselves. */
export function PersonRole({ label, path, value, change }: ControlProps) {
  const { t } = useI18n()
  const who = useStore(useSession().$who)
  const mine = who.phase === 'in' ? who.person.role : 'agent'
  const offered = roles.filter((role) => role !== 'admin' || mine === 'admin' || value === 'admin')
  return (
    <Labelled label={label} path={path}>
      {(tie) => (
        <select
          {...tie}
          className="field"
          value={typeof value === 'string' ? value : 'agent'}
          onChange={(event) => change(event.currentTarget.value)}
        >
          {offered.map((role) => (
            <option key={role} value={role}>
              {`${t(`desk.role_${role}`)}: ${t(`admin.may_${role}`)}`}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}
