import { useEffect, useState } from 'react'
import type { ClipItem } from '../../../server/contract/clip.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'

/** Every link to a part of it that was ever made, and the way to revoke those that are good. */
export function ClipList({ conversationId }: { conversationId: string }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [clips, setClips] = useState<readonly ClipItem[] | null>(null)
  const where = `/api/replay/${conversationId}/clips`
  const load = async () => {
    const answer = await session.fetch(where)
    setClips(((await answer.json()) as { clips: ClipItem[] }).clips)
  }
  const revoke = async (id: string) => {
    await session.fetch(`${where}/${id}`, { method: 'DELETE' })
    await load()
  }
  useEffect(() => void load().catch(fail), [])
  return (
    <section className="share-clips" aria-busy={clips === null}>
      <h3>{t('share.clips')}</h3>
      {clips?.length === 0 ? <p className="quiet">{t('share.clipNone')}</p> : null}
      <ul>
        {clips?.map((clip) => (
          <Clip key={clip.id} clip={clip} revoke={() => void revoke(clip.id).catch(fail)} />
        ))}
      </ul>
    </section>
  )
}

function Clip({ clip, revoke }: { clip: ClipItem; revoke(): void }) {
  const { t, day, time, clock } = useI18n()
  const { from, to, recipient, by, views, expiresAt, state, password } = clip
  const until = `${day(expiresAt)} ${time(expiresAt)}`
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
