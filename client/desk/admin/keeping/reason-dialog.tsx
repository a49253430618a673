import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { useFail } from '../../use-fail.ts'

const LEAST = 3

type Props = {
  title: string
  /** What will happen. */
  about: string
  /** On the button that does it. */
  deed: string
  danger?: boolean
  /** What is to be chosen before. */
  children?: ReactNode
  run(reason: string): Promise<void>
  close(): void
}

/** Nothing of weight is done without saying why. */
export function ReasonDialog({ title, about, deed, danger = false, children, run, close }: Props) {
  const { t } = useI18n()
  const fail = useFail()
  const [id, fault] = [useId(), useId()]
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const words = reason.trim()
    setMissing(words.length < LEAST)
    if (words.length < LEAST) return document.getElementById(id)?.focus()
    setBusy(true)
    run(words)
      .then(close, fail)
      .finally(() => setBusy(false))
  }
  return (
    <Dialog title={title} close={close}>
      <form className="reason-form" onSubmit={submit} noValidate>
        {children}
        <p>{about}</p>
        <div className="labelled">
          <label htmlFor={id}>{t('admin.keepReason')}</label>
          <textarea
            {...{ id, className: 'field', rows: 3, maxLength: 500, value: reason }}
            aria-invalid={missing}
            aria-describedby={fault}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <small>{t('admin.keepNoNames')}</small>
          <p id={fault} role="alert" className="fault">
            {missing ? t('admin.needed') : ''}
          </p>
        </div>
        <div className="form-row">
          <Button submit look={danger ? 'danger' : 'primary'} busy={busy}>
            {deed}
          </Button>
          <Button onClick={close}>{t('desk.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
