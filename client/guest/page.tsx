import { useStore } from '@nanostores/react'
import { useEffect, useState } from 'react'
import type { GuestLink, GuestSession } from '../../server/contract/guest.ts'
import { CallCard } from '../call/call-card.tsx'
import { CallPanel } from '../call/call-panel.tsx'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Composer } from '../ui/composer.tsx'
import { LoadAnew } from '../ui/load-anew.tsx'
import { Missing } from '../ui/missing.tsx'
import { Thread } from '../ui/thread.tsx'
import { newId } from '../wire/new-id.ts'
import {
  forgetToken,
  joinByLink,
  keepSession,
  NoLink,
  readLink,
  storedSession,
  takeToken,
} from './guest-session.ts'
import { guestItems } from './items.ts'
import { createVisit, type GuestVisit } from './visit.ts'

type Door =
  | { at: 'reading'; unanswered: boolean }
  | { at: 'asked'; link: GuestLink; token: string; join: string }
  | { at: 'inside'; visit: GuestVisit; me: GuestSession }
  | { at: 'closed' }

/** From the link to the call: who asks, one button, the call with its thread, and the end. */
export function GuestPage() {
  const [door, setDoor] = useState<Door>({ at: 'reading', unanswered: false })
  const enter = (session: GuestSession, fresh: boolean) => {
    forgetToken()
    keepSession(session)
    setDoor({ at: 'inside', visit: createVisit(session, fresh), me: session })
  }
  const close = () => {
    forgetToken()
    setDoor({ at: 'closed' })
  }
  useEffect(() => {
    const token = takeToken()
    const stored = storedSession()
    if (!token) return stored ? enter(stored, false) : setDoor({ at: 'closed' })
    readLink(token, () => setDoor({ at: 'reading', unanswered: true })).then(
      (link) => setDoor({ at: 'asked', link, token, join: newId() }),
      close,
    )
  }, [])
  if (door.at === 'asked')
    return (
      <Asked
        link={door.link}
        join={() =>
          joinByLink(door.token, door.join).then(
            (session) => enter(session, true),
            (error: unknown) => {
              if (!(error instanceof NoLink)) throw error
              close()
            },
          )
        }
      />
    )
  if (door.at === 'inside') return <Inside visit={door.visit} me={door.me} />
  if (door.at === 'closed') return <Said words="guest.closed" />
  return <Said words={door.unanswered ? 'guest.unanswered' : null} busy />
}

/** `join` rejects when nobody answers: the button stays, and means the same joining. */
function Asked({ link, join }: { link: GuestLink; join: () => Promise<void> }) {
  const { t } = useI18n()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  return (
    <main className="guest-door">
      <h1>{t('guest.title', { name: link.name })}</h1>
      <p>{t('guest.asks', { from: link.from })}</p>
      <p className="quiet">{t('guest.recorded')}</p>
      <Button
        look="primary"
        busy={busy}
        onClick={() => {
          setBusy(true)
          setFailed(false)
          join()
            .catch(() => setFailed(true))
            .finally(() => setBusy(false))
        }}
      >
        {t('guest.join')}
      </Button>
      <p role="status">{failed ? t('guest.notJoined') : null}</p>
    </main>
  )
}

type SaidProps = { words: 'guest.closed' | 'guest.over' | 'guest.unanswered' | null; busy?: boolean }

function Said({ words, busy = false }: SaidProps) {
  const { t } = useI18n()
  return (
    <main className="guest-door" aria-busy={busy}>
      <h1>{t('guest.heading')}</h1>
      {words ? <p role="status">{t(words)}</p> : null}
    </main>
  )
}

function Inside({ visit, me }: { visit: GuestVisit; me: GuestSession }) {
  const { t } = useI18n()
  const over = useStore(visit.$over)
  const view = useStore(visit.thread.$view)
  const [text, setText] = useState('')
  useEffect(() => {
    if (over) keepSession(null)
  }, [over])
  if (over) return <Said words="guest.over" />
  return (
    <main className="guest-room">
      <h1 className="visually-hidden">{t('guest.heading')}</h1>
      <LoadAnew busy={() => visit.call.$media.get() !== null} />
      <Missing />
      <CallPanel call={visit.call} peer={t('ui.visitor')} />
      <Thread
        conversation={view.conversationId ?? ''}
        items={guestItems(view, me)}
        reader={null}
        label={t('guest.thread')}
        url={visit.attachments.url}
        call={(item) => <CallCard item={item} call={null} reader="agent" peer={t('ui.visitor')} />}
      />
      <Composer
        text={text}
        onText={setText}
        files={visit.files}
        onSend={(words, infos) => {
          visit.thread.send(words, infos)
          setText('')
        }}
      />
    </main>
  )
}
