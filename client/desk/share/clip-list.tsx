import { useEffect, useState } from 'react'
import type { ClipItem } from '../../../server/contract/clip.ts'
import { dayWithin } from '../../i18n/day-within.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'

type Props = {
  conversationId: string
  /** The one that was made last. */
  made: string | undefined
  revoked(id: string): void
}

/** Every link to a part of it that was ever made, and the way to revoke those that are good. */
export function ClipList({ conversationId, made, revoked }: Props) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [clips, setClips] = useState<readonly ClipItem[] | null>(null)
  const [asked, setAsked] = useState<ClipItem | null>(null)
  const where = `/api/replay/${conversationId}/clips`
  const load = async () => {
    const answer = await session.fetch(where)
    setClips(((await answer.json()) as { clips: ClipItem[] }).clips)
  }
  const revoke = async (id: string) => {
    await session.fetch(`${where}/${id}`, { method: 'DELETE' })
    revoked(id)
    await load()
  }
  useEffect(() => void load().catch(fail), [made])
  return (
    <section className="share-clips" aria-busy={clips === null}>
      <h3>{t('share.clips')}</h3>
      {clips?.length === 0 ? <p className="quiet">{t('share.clipNone')}</p> : null}
      <ul>
        {clips?.map((clip) => (
          <Clip key={clip.id} clip={clip} revoke={() => setAsked(clip)} />
        ))}
      </ul>
      {asked ? (
        <Revoke name={asked.recipient} run={() => revoke(asked.id)} close={() => setAsked(null)} />
      ) : null}
    </section>
  )
}

function Clip({ clip, revoke }: { clip: ClipItem; revoke(): void }) {
  const i18n = useI18n()
  const { t, time, clock } = i18n
  const { from, to, recipient, by, views, expiresAt, state, password } = clip
  const until = `${dayWithin(i18n, expiresAt)} ${time(expiresAt)}`
  return (
    <li>
      <span>
        <bdi>{recipient}</bdi>{' '}
        <small className="quiet">
          <bdi>{by}</bdi> · {time(from)}, <bdi>{clock(to - from)}</bdi> ·{' '}
          {t('share.clipViews', { count: views })} · {t(`share.clipState_${state}`, { time: until })}
          {password ? ` · ${t('share.clipProtected')}` : ''}
        </small>
      </span>
      {state === 'open' ? (
        <Button look="quiet" aria-label={t('share.clipRevokeOf', { name: recipient })} onClick={revoke}>
          {t('share.clipRevoke')}
        </Button>
      ) : null}
    </li>
  )
}

/** Asked before, since it cannot be taken back: a link is shown only once, and who is looking is cut off. */
function Revoke({ name, run, close }: { name: string; run(): Promise<void>; close(): void }) {
  const { t } = useI18n()
  const fail = useFail()
  const [busy, setBusy] = useState(false)
  const confirm = () => {
    setBusy(true)
    void run().catch(fail).finally(close)
  }
  return (
    <Dialog title={t('share.clipRevokeTitle')} close={close}>
      <div className="share-form">
        <p>{t('share.clipRevokeAbout', { name })}</p>
        <div className="share-row">
          <Button look="danger" busy={busy} onClick={confirm}>
            {t('share.clipRevoke')}
          </Button>
          <Button onClick={close}>{t('desk.cancel')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
