import { type FormEvent, useId, useState } from 'react'
import type { ReplayRequest } from '../../../server/contract/access.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useFail } from '../use-fail.ts'
import { useAccess } from './api.ts'

const HOURS = [1, 8, 24, 72, 168, 720] as const
const USUAL = 24

type Deed = 'grant' | 'refuse' | 'end'
type Props = { request: ReplayRequest; changed(): void }

/** What can be done about somebody's request: it is granted for a time or refused, or the grant is ended. */
export function Decide({ request, changed }: Props) {
  const { t } = useI18n()
  const [deed, setDeed] = useState<Deed | null>(null)
  const deeds: readonly Deed[] = request.state === 'asked' ? ['grant', 'refuse'] : ['end']
  return (
    <p className="access-acts">
      {deeds.map((one) => (
        <Button key={one} look={one === 'grant' ? 'primary' : 'plain'} onClick={() => setDeed(one)}>
          {t(`access.${one}`)}
        </Button>
      ))}
      {deed ? <DecideDialog {...{ request, changed, deed }} close={() => setDeed(null)} /> : null}
    </p>
  )
}

function DecideDialog({ request, changed, deed, close }: Props & { deed: Deed; close(): void }) {
  const { t, n } = useI18n()
  const api = useAccess()
  const fail = useFail()
  const [hoursId, wordsId] = [useId(), useId()]
  const [hours, setHours] = useState<number>(USUAL)
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    api
      .decide(request.id, { hours: deed === 'grant' ? hours : null, words: words.trim() })
      .then(close, fail)
      .finally(() => {
        setBusy(false)
        changed()
      })
  }
  return (
    <Dialog title={t(`access.${deed}`)} close={close}>
      <form onSubmit={submit} className="access-form">
        <p>
          <bdi>{request.by.name}</bdi>
        </p>
        <blockquote dir="auto">{request.reason}</blockquote>
        {deed === 'grant' ? (
          <div className="labelled">
            <label htmlFor={hoursId}>{t('access.howLong')}</label>
            <select
              id={hoursId}
              className="field"
              value={hours}
              onChange={(event) => setHours(Number(event.currentTarget.value))}
            >
              {HOURS.map((one) => (
                <option key={one} value={one}>
                  {n(one < 48 ? one : one / 24, {
                    ...{ style: 'unit', unitDisplay: 'long', unit: one < 48 ? 'hour' : 'day' },
                  })}
                </option>
              ))}
            </select>
          </div>
        ) : null}
        <div className="labelled">
          <label htmlFor={wordsId}>{t('access.words')}</label>
          <textarea
            {...{ id: wordsId, className: 'field', rows: 2, maxLength: 500, value: words, dir: 'auto' }}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <small>{t('access.wordsHint')}</small>
        </div>
        <p className="access-acts">
          <Button submit look={deed === 'grant' ? 'primary' : 'danger'} busy={busy}>
            {t(`access.${deed}`)}
          </Button>
          <Button onClick={close}>{t('desk.cancel')}</Button>
        </p>
      </form>
    </Dialog>
  )
}
