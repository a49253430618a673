import { type SubmitEvent, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { copyIcon } from '../../ui/icons.ts'
import { showToast } from '../../ui/toast.tsx'
import { newId } from '../../wire/new-id.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'

/** Another name is another link; the same one asked for again is the same. */
const wish = (name: string) => ({ name, id: newId() })

/** A link for an expert or interpreter from outside: one use, one hour. */
export function GuestLink({ callId }: { callId: string }) {
  const { t } = useI18n()
  const { wire } = useDesk()
  const fail = useFail()
  const [{ name, id }, setWish] = useState(() => wish(''))
  const [url, setUrl] = useState<string | null>(null)
  const make = (event: SubmitEvent) => {
    event.preventDefault()
    wire.request('call.inviteGuest', { id, callId, name: name.trim() }).then((made) => setUrl(made.url), fail)
  }
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(() => showToast({ text: t('desk.copied') }), fail)
  return (
    <form className="guest-link" onSubmit={make}>
      <h3>{t('team.guestTitle')}</h3>
      <label className="labelled">
        {t('team.guestName')}
        <input
          className="field"
          required
          maxLength={80}
          dir="auto"
          value={name}
          onChange={(event) => setWish(wish(event.currentTarget.value))}
        />
      </label>
      {url ? (
        <>
          <label className="labelled">
            {t('team.guestUrl')}
            <input
              className="field"
              readOnly
              dir="ltr"
              value={url}
              onFocus={(event) => event.currentTarget.select()}
            />
          </label>
          <p className="quiet">{t('team.guestHint')}</p>
          <Button icon={copyIcon} onClick={() => void copy(url)}>
            {t('desk.copy')}
          </Button>
        </>
      ) : (
        <Button submit disabled={name.trim() === ''}>
          {t('team.guestMake')}
        </Button>
      )}
    </form>
  )
}
