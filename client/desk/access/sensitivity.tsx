import { type FormEvent, useId, useState } from 'react'
import { type Sensitivity, sensitivities } from '../../../server/access/access.ts'
import type { ReplayAccess } from '../../../server/contract/access.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { lockIcon } from '../../ui/icons.ts'
import { Level } from './level.tsx'
import { useFail } from '../use-fail.ts'
import { useAccess } from './api.ts'
import { isReason, Reason } from './reason.tsx'
import './access.css'

type Props = { id: string; access: ReplayAccess; changed(): void }

/** How sensitive the conversation is, until when it may be heard, and setting the former by hand. */
export function SensitivityOf({ id, access, changed }: Props) {
  const { t, exact } = useI18n()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Level of={access.sensitivity} />
      {access.until === null ? null : (
        <span className="quiet">{t('access.until', { at: exact(access.until) })}</span>
      )}
      {access.mayClassify ? (
        <Button icon={lockIcon} onClick={() => setOpen(true)}>
          {t('access.sensitivity')}
        </Button>
      ) : null}
      {open ? <Choose {...{ id, access, changed }} close={() => setOpen(false)} /> : null}
    </>
  )
}

const BY_QUEUES = 'queues'

function Choose({ id, access, changed, close }: Props & { close(): void }) {
  const { t } = useI18n()
  const api = useAccess()
  const fail = useFail()
  const field = useId()
  const [level, setLevel] = useState<string>(access.byHand ? access.sensitivity : BY_QUEUES)
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(!isReason(reason))
    if (!isReason(reason)) return document.getElementById(field)?.focus()
    setBusy(true)
    const sensitivity = level === BY_QUEUES ? null : (level as Sensitivity)
    api
      .classify(id, { sensitivity, reason: reason.trim() })
      .then(() => {
        close()
        changed()
      }, fail)
      .finally(() => setBusy(false))
  }
  return (
    <Dialog title={t('access.sensitivity')} close={close}>
      <form onSubmit={submit} noValidate className="access-form">
        <p className="quiet">{t('access.classifyAbout')}</p>
        <fieldset className="access-levels">
          <legend className="visually-hidden">{t('access.sensitivity')}</legend>
          {[BY_QUEUES, ...sensitivities].map((one) => (
            <label key={one} className="check">
              <input
                type="radio"
                name={`${field} level`}
                checked={level === one}
                onChange={() => setLevel(one)}
              />
              {t(one === BY_QUEUES ? 'access.byQueues' : `access.level_${one as Sensitivity}`)}
            </label>
          ))}
        </fieldset>
        <Reason
          {...{ id: field, value: reason, missing, change: setReason }}
          label={t('access.reason')}
          hint={t('access.whyHint')}
        />
        <p className="access-acts">
          <Button submit look="primary" busy={busy}>
            {t('access.set')}
          </Button>
          <Button onClick={close}>{t('desk.cancel')}</Button>
        </p>
      </form>
    </Dialog>
  )
}
