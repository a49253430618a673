import { useEffect, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { mayBeTold, subscribeHere } from '../push/subscribe.ts'
import { Button } from '../ui/button.tsx'
import { type FromTellMe, type ToTellMe, unwrap, wrap } from '../widget/messages.ts'

type State = 'ready' | 'asking' | 'done' | 'denied' | 'failed' | 'unable' | 'alone'
type Given = { key: string; site: string }

const SCOPE = '/widget/notify'
/** The panel that opened this window answers within this time, or never. */
const ANSWERS_MS = 10_000

const opener = window.opener as Window | null
const tell = (message: FromTellMe): void => opener?.postMessage(wrap(message), location.origin)

/** The window of Parley's own origin in which a visitor lets the browser tell them; the panel that opened it keeps the outcome. */
export function NotifyPage() {
  const { t } = useI18n()
  const [given, setGiven] = useState<Given | null>(null)
  const [state, setState] = useState<State>(opener ? (mayBeTold() ? 'ready' : 'unable') : 'alone')
  useEffect(() => {
    const heard = (event: MessageEvent) => {
      const message = unwrap<ToTellMe>(event, opener, location.origin)
      if (message?.type === 'key') setGiven(message)
      // What the browser refused is known here already.
      if (message?.type === 'kept')
        setState((now) => (message.ok ? 'done' : now === 'asking' ? 'failed' : now))
    }
    addEventListener('message', heard)
    tell({ type: 'hello' })
    return () => removeEventListener('message', heard)
  }, [])
  useEffect(() => {
    if (given || state !== 'ready') return
    const late = setTimeout(() => setState('alone'), ANSWERS_MS)
    return () => clearTimeout(late)
  }, [given, state])

  const allow = async ({ key }: Given): Promise<void> => {
    setState('asking')
    const done = await subscribeHere('/parley-sw.js', SCOPE, key)
    if (done.is !== 'subscribed') setState(done.is)
    tell({ type: 'subscribed', done })
  }
  return (
    <main className="notify" aria-busy={state === 'ready' && !given}>
      <h1>{t('notify.title')}</h1>
      {given ? <p>{t('notify.why', { site: given.site })}</p> : null}
      {given && state !== 'done' ? (
        <p className="quiet">{t('notify.what', { host: location.host })}</p>
      ) : null}
      <p role="status">{state === 'ready' ? null : t(`notify.${state}`)}</p>
      {given && state !== 'done' && state !== 'unable' ? (
        <Button look="primary" busy={state === 'asking'} onClick={() => void allow(given)}>
          {t('notify.allow')}
        </Button>
      ) : null}
    </main>
  )
}
