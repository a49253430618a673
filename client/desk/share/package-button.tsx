import { useStore } from '@nanostores/react'
import { type FormEvent, useState } from 'react'
import type { PackageAnswer } from '../../../server/contract/handout.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { downloadIcon } from '../../ui/icons.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { usePost } from '../use-post.ts'
import './share.css'

/** The whole conversation as a file, for who may take it away. */
export function PackageButton({ conversationId }: { conversationId: string }) {
  const { t } = useI18n()
  const who = useStore(useSession().$who)
  const [open, setOpen] = useState(false)
  if (who.phase !== 'in' || !may(who.person.role, 'downloadReplay')) return null
  const notes = may(who.person.role, 'downloadNotes')
  return (
    <>
      <Button icon={downloadIcon} onClick={() => setOpen(true)}>
        {t('share.download')}
      </Button>
      {open ? <PackageDialog {...{ conversationId, notes }} close={() => setOpen(false)} /> : null}
    </>
  )
}

type Props = { conversationId: string; notes: boolean; close(): void }

function PackageDialog({ conversationId, notes, close }: Props) {
  const { t, locale } = useI18n()
  const post = usePost()
  const fail = useFail()
  const [withNotes, setWithNotes] = useState(false)
  const [busy, setBusy] = useState(false)
  const fetchIt = async () => {
    const asked = { locale, notes: withNotes }
    const { url } = await post<PackageAnswer>(`/api/replay/${conversationId}/package`, asked)
    const link = document.createElement('a')
    link.href = url
    link.download = ''
    link.click()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    fetchIt()
      .then(close, fail)
      .finally(() => setBusy(false))
  }
  return (
    <Dialog title={t('share.downloadTitle')} close={close}>
      <form className="share-form" onSubmit={submit}>
        <p>{t('share.downloadAbout')}</p>
        {notes ? (
          <label className="check">
            <input
              type="checkbox"
              checked={withNotes}
              onChange={(event) => setWithNotes(event.currentTarget.checked)}
            />
            {t('share.downloadNotes')}
          </label>
        ) : null}
        <p className="quiet">{t('share.downloadLogged')}</p>
        <div className="share-row">
          <Button submit look="primary" busy={busy}>
            {t('share.download')}
          </Button>
          <Button onClick={close}>{t('desk.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
