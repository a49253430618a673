import { type ComponentType, type FormEvent, useEffect, useState } from 'react'
import type { Handout } from '../../server/contract/handout.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Missing } from '../ui/missing.tsx'
import { part } from '../wire/part.ts'
import { type Opened, openByLink } from './open.ts'

type Player = ComponentType<{ handout: Handout }>

/** A part of a conversation, for whoever has the link; the player is fetched when there is something to play. */
export function ClipPage({ code }: { code: string }) {
  const { t } = useI18n()
  const [opened, setOpened] = useState<Opened | null>(null)
  const [Player, setPlayer] = useState<{ of: Player } | null>(null)
  const open = async (password?: string) => {
    const found = await openByLink(code, password)
    if (found.at === 'open') setPlayer({ of: (await part(() => import('./player.tsx'))).ClipPlayer })
    setOpened(found)
  }
  useEffect(() => void open(), [])
  if (opened?.at === 'open' && Player) return <Player.of handout={opened.handout} />
  return (
    <main className="clip-door" aria-busy={opened === null}>
      <h1>{t('share.seenTitle')}</h1>
      {opened === null ? <p role="status">{t('share.seenLoading')}</p> : null}
      <Missing />
      {opened?.at === 'gone' ? <p role="alert">{t('share.seenGone')}</p> : null}
      {opened?.at === 'locked' ? <PasswordForm trouble={opened.trouble} open={open} /> : null}
      {opened?.at === 'failed' ? (
        <>
          <p role="alert">{t('share.seenFailed')}</p>
          <Button onClick={() => void open()}>{t('share.seenAgain')}</Button>
        </>
      ) : null}
    </main>
  )
}

type FormProps = { trouble: 'wrong' | 'tooMany' | null; open(password: string): Promise<void> }

function PasswordForm({ trouble, open }: FormProps) {
  const { t } = useI18n()
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget).get('password')
    setBusy(true)
    void open(typeof given === 'string' ? given : '').finally(() => setBusy(false))
  }
  return (
    <form className="clip-form" onSubmit={submit}>
      <label>
        {t('share.seenPassword')}
        <input
          className="field"
          name="password"
          type="password"
          autoComplete="off"
          required
          aria-invalid={trouble !== null}
          aria-describedby="clip-trouble"
        />
      </label>
      <p id="clip-trouble" className="fault" role="alert">
        {trouble ? t(trouble === 'wrong' ? 'share.seenWrong' : 'share.seenTooMany') : ''}
      </p>
      <Button submit look="primary" busy={busy}>
        {t('share.seenOpen')}
      </Button>
    </form>
  )
}
