import { type FormEvent, useState } from 'react'
import type { Outlook } from '../../../../server/contract/waiting.ts'
import { dayWithin } from '../../../i18n/day-within.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { keyAt, startOf } from '../../../ui/days.ts'
import { failureOf } from '../../../wire/request-error.ts'
import { daysOpen, openFrom } from './openings.ts'
import type { Waiter } from './waiter.ts'

type Offer = NonNullable<Outlook['callback']>
type Props = { visit: Waiter; offer: Offer; close: () => void }

const two = (value: number): string => String(value).padStart(2, '0')

/** As the field for a time takes it: the clock on this wall. */
function clockAt(at: number): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The time that is chosen; NaN: none is. */
function wishedIn(form: HTMLFormElement): number {
  const data = new FormData(form)
  return Date.parse(`${String(data.get('day'))}T${String(data.get('time'))}`)
}

/** By which medium and when to be called back. */
export function CallBack({ visit, offer: { mostMs, openings }, close }: Props) {
  const i18n = useI18n()
  const { t, exact, time, list } = i18n
  const [named, setNamed] = useState(false)
  const [shown, setShown] = useState(Number.NaN)
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const now = visit.wire.serverNow()
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const wished = wishedIn(event.currentTarget)
    const noTime = t('waiting.noTime', { when: exact(now + mostMs) })
    if (named && !(wished > now - 60_000 && wished < now + mostMs)) return setFault(noTime)
    setBusy(true)
    try {
      const { conversationId } = visit.thread.$view.get()
      const media = data.get('media') === 'video' ? 'video' : 'voice'
      const page = visit.page()
      const input = { conversationId, media, at: named ? wished : null, ...(page ? { page } : {}) } as const
      const asked = await visit.wire.request('callback.ask', input)
      visit.thread.adopt(asked.conversationId)
      close()
    } catch (error) {
      setFault(failureOf(error).code === 'badInput' ? noTime : t('waiting.failed'))
    } finally {
      setBusy(false)
    }
  }
  const when = (on: boolean) => () => setNamed(on)
  const opens = openFrom(openings, shown)
  const closed =
    named && opens > shown
      ? t('waiting.closedThen', { when: list([dayWithin(i18n, opens), time(opens)]) })
      : null
  return (
    <form
      className="outlook-form"
      aria-label={t('waiting.callMeBack')}
      noValidate
      onInput={(event) => setShown(wishedIn(event.currentTarget))}
      onSubmit={(event) => void send(event)}
    >
      <h3>{t('waiting.callMeBack')}</h3>
      <fieldset>
        <legend>{t('waiting.how')}</legend>
        <Choice name="media" value="voice" first label={t('waiting.byVoice')} />
        <Choice name="media" value="video" label={t('waiting.byVideo')} />
      </fieldset>
      <fieldset>
        <legend>{t('waiting.when')}</legend>
        <Choice name="when" value="soon" first label={t('waiting.whenSoon')} chosen={when(false)} />
        <Choice name="when" value="at" label={t('waiting.whenAt')} chosen={when(true)} />
        {named ? <When from={now} to={now + mostMs} openings={openings} /> : null}
        <p role="status">{closed}</p>
      </fieldset>
      {fault ? (
        <p className="outlook-fault" role="alert">
          {fault}
        </p>
      ) : null}
      <div className="outlook-buttons">
        <Button look="primary" submit busy={busy}>
          {t('waiting.callMeBack')}
        </Button>
        <Button onClick={close}>{t('waiting.cancel')}</Button>
      </div>
    </form>
  )
}

/** Days in the reader's own words and calendar, since the browser's field for dates knows only one. */
function When({ from, to, openings }: { from: number; to: number; openings: Offer['openings'] }) {
  const { t, day } = useI18n()
  const [usual] = useState(() => openFrom(openings, from + Math.min(3_600_000, (to - from) / 2)) || from)
  return (
    <div className="outlook-when">
      <select className="field" name="day" aria-label={t('waiting.whenDay')} defaultValue={keyAt(usual)}>
        {daysOpen(openings, from, to).map((key) => (
          <option key={key} value={key}>
            {day(startOf(key))}
          </option>
        ))}
      </select>
      <input
        className="field"
        type="time"
        name="time"
        aria-label={t('waiting.whenTime')}
        defaultValue={clockAt(usual)}
      />
    </div>
  )
}

type ChoiceProps = { name: string; value: string; label: string; first?: boolean; chosen?: () => void }

function Choice({ name, value, label, first = false, chosen }: ChoiceProps) {
  return (
    <label className="outlook-choice">
      <input type="radio" name={name} value={value} defaultChecked={first} onChange={chosen} />
      {label}
    </label>
  )
}
