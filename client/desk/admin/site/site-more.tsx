/** How a site gets into its pages, its secret, and what people on hold hear: what is not of its body. */
import { useEffect, useState } from 'react'
import type { SiteAccess } from '../../../../server/contract/http.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import { Copy, Secret } from '../copying.tsx'
import type { Item } from '../items.ts'

export function SiteMore({ item: { id } }: { item: Item }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [site, setSite] = useState<SiteAccess | null>(null)
  useEffect(() => {
    session
      .fetch('/api/desk/sites')
      .then(async (answer) => {
        const { sites } = (await answer.json()) as { sites: SiteAccess[] }
        setSite(sites.find((one) => one.id === id) ?? null)
      })
      .catch(fail)
  }, [session, id])
  if (!site) return null
  return (
    <>
      <section className="more">
        <h3>{t('admin.intoPages')}</h3>
        <p className="quiet">{t('desk.snippet')}</p>
        <span className="snippet">
          <code dir="ltr">{site.snippet}</code>
          <Copy text={site.snippet} />
        </span>
        <p>
          <a href={`/try?site=${encodeURIComponent(site.key)}`} target="_blank" rel="noreferrer">
            {t('admin.tryPage')}
          </a>
        </p>
      </section>
      <SiteSecret id={id} />
      <HoldAudio id={id} first={site.holdAudio} />
    </>
  )
}

function SiteSecret({ id }: { id: string }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [secret, setSecret] = useState<string | null>(null)
  const renew = () =>
    session
      .fetch(`/api/desk/sites/${id}/secret`, { method: 'POST' })
      .then(async (answer) => setSecret(((await answer.json()) as { secret: string }).secret))
      .catch(fail)
  return (
    <section className="more">
      <h3>{t('admin.secret')}</h3>
      <p className="quiet">{t('admin.secretHint')}</p>
      {secret ? <Secret words={t('desk.secret')} text={secret} /> : null}
      <Button onClick={() => void renew()}>{t('admin.newSecret')}</Button>
    </section>
  )
}

function HoldAudio({ id, first }: { id: string; first: string | null }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [audio, setAudio] = useState(first)
  const [busy, setBusy] = useState(false)
  const send = async (init: RequestInit): Promise<void> => {
    setBusy(true)
    try {
      const answer = await session.fetch(`/api/desk/sites/${id}/hold-audio`, init)
      setAudio(((await answer.json()) as { holdAudio: string | null }).holdAudio)
    } catch (error) {
      fail(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="more" aria-busy={busy}>
      <h3>{t('admin.holdAudio')}</h3>
      {audio ? (
        // biome-ignore lint/a11y/useMediaCaption: music has no words
        <audio controls preload="none" src={audio} aria-label={t('admin.holdAudio')} />
      ) : (
        <p className="quiet">{t('admin.holdSilence')}</p>
      )}
      <div className="form-row">
        <label className="button plain file-button">
          <span>{t('admin.chooseSound')}</span>
          <input
            type="file"
            accept="audio/*"
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? []
              if (file) void send({ method: 'PUT', body: file })
              event.currentTarget.value = ''
            }}
          />
        </label>
        {audio ? (
          <Button look="quiet" busy={busy} onClick={() => void send({ method: 'DELETE' })}>
            {t('admin.noSound')}
          </Button>
        ) : null}
      </div>
      <small className="quiet">{t('admin.holdHint')}</small>
    </section>
  )
}
