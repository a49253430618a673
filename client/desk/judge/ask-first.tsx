import { useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useFail } from '../use-fail.ts'

type Props = {
  /** Of the button, and of what it asks. */
  label: string
  /** What is lost by it. */
  about: string
  run(): Promise<void>
  quiet?: true
  className?: string
}

/** A button for what cannot be taken back: it asks before. */
export function AskFirst({ label, about, run, quiet, className }: Props) {
  const { t } = useI18n()
  const fail = useFail()
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const close = () => setAsking(false)
  const confirm = () => {
    setBusy(true)
    void run()
      .then(close, fail)
      .finally(() => setBusy(false))
  }
  return (
    <>
      <Button
        {...(quiet && { look: 'quiet' as const })}
        {...(className && { className })}
        onClick={() => setAsking(true)}
      >
        {label}
      </Button>
      {asking ? (
        <Dialog title={label} close={close}>
          <div className="stack">
            <p>{about}</p>
            <div className="row">
              <Button look="danger" busy={busy} onClick={confirm}>
                {label}
              </Button>
              <Button onClick={close}>{t('desk.cancel')}</Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}
