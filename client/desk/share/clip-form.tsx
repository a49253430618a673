import { type FormEvent, useId, useState } from 'react'
import type { ClipInput, ClipMade } from '../../../server/contract/clip.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Axis } from '../../replay/axis.ts'
import { Button } from '../../ui/button.tsx'
import { copyIcon } from '../../ui/icons.ts'
import { showToast } from '../../ui/toast.tsx'
import { RequestError } from '../../wire/request-error.ts'
import { useFail } from '../use-fail.ts'
import { usePost } from '../use-post.ts'
import { partOf, typedIn, wishesIn, type Wrong } from './clip-part.ts'

const DAYS = [1, 7, 30] as const

type Props = {
  conversationId: string
  axis: Axis
  /** What is proposed, ms on the axis. */
  begun: { from: number; to: number }
  made(link: ClipMade): void
}

export function ClipForm({ conversationId, axis, begun, made }: Props) {
  const { t, clock } = useI18n()
  const post = usePost()
  const fail = useFail()
  const fault = useId()
  const [wrong, setWrong] = useState<Wrong | null>(null)
  const [busy, setBusy] = useState(false)
  const onFault = (error: unknown) => {
    const field = error instanceof RequestError ? error.detail?.field : undefined
    if (field === 'from' || field === 'to') setWrong('Times')
    else fail(error)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const part = partOf({ from: typedIn(data, 'from').trim(), to: typedIn(data, 'to').trim() }, axis)
    if (typeof part === 'string') return setWrong(part)
    setWrong(null)
    const input: ClipInput = { ...part, ...wishesIn(data) }
    setBusy(true)
    post<ClipMade>(`/api/replay/${conversationId}/clips`, input)
      .then(made, onFault)
      .finally(() => setBusy(false))
  }
  const time = (name: 'from' | 'to') => ({
    ...({
      className: 'field',
      name,
      dir: 'ltr',
      inputMode: 'text',
      required: true,
      autoComplete: 'off',
    } as const),
    ...{ defaultValue: clock(begun[name]), 'aria-invalid': wrong !== null, 'aria-describedby': fault },
  })
  return (
    <form className="share-form" onSubmit={submit}>
      <div className="share-times">
        <label className="labelled">
          {t('share.clipFrom')}
          <input {...time('from')} />
        </label>
        <label className="labelled">
          {t('share.clipTo')}
          <input {...time('to')} />
        </label>
        <small className="quiet">{t('share.clipTimes')}</small>
      </div>
      <p id={fault} className="fault" role="alert">
        {wrong ? t(`share.clipWrong${wrong}`) : ''}
      </p>
      <label className="labelled">
        {t('share.clipFor')}
        <input className="field" name="recipient" required maxLength={80} dir="auto" autoComplete="off" />
        <small className="quiet">{t('share.clipForHint')}</small>
      </label>
      <label className="labelled">
        {t('share.clipDays')}
        <select className="field" name="days" defaultValue="7">
          {DAYS.map((days) => (
            <option key={days} value={days}>
              {t(`share.clipGood_${days}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="labelled">
        {t('share.clipPassword')}
        <input
          {...{ className: 'field', name: 'password', type: 'password', minLength: 6, maxLength: 200 }}
          autoComplete="new-password"
        />
      </label>
      <div className="share-row">
        <Button submit look="primary" busy={busy}>
          {t('share.clipMake')}
        </Button>
      </div>
    </form>
  )
}

/** The only time that it is shown. */
export function MadeLink({ url }: { url: string }) {
  const { t } = useI18n()
  const fail = useFail()
  const copy = () =>
    navigator.clipboard.writeText(url).then(() => showToast({ text: t('share.clipCopied') }), fail)
  return (
    <div className="share-form">
      <label className="labelled">
        {t('share.clipUrl')}
        <input
          {...{ className: 'field', readOnly: true, dir: 'ltr', value: url, autoFocus: true }}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <div className="share-row">
        <Button icon={copyIcon} onClick={() => void copy()}>
          {t('share.clipCopy')}
        </Button>
      </div>
    </div>
  )
}
