import { useStore } from '@nanostores/react'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { Mention } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { bellIcon } from '../../ui/icons.ts'
import { showToast } from '../../ui/toast.tsx'
import { useDesk } from '../desk-context.ts'
import { useKeys } from '../use-keys.ts'
import './mentions.css'

/** In the rail: where colleagues have named me. Told at once, and kept until I have looked. */
export function Mentions() {
  const { t, n } = useI18n()
  const { mentions } = useDesk()
  const unseen = useStore(mentions.$unseen)
  const [open, setOpen] = useState(false)
  const [, go] = useLocation()
  useKeys({ 'Alt+I': () => setOpen(true) })
  const follow = ({ conversationId }: Mention) => {
    setOpen(false)
    go(`/c/${conversationId}`)
  }
  const latest = useRef(follow)
  latest.current = follow
  useEffect(
    () =>
      mentions.onNew((mention) => {
        const { by } = mention
        const action = { label: t('work.look'), run: () => latest.current(mention) }
        showToast({ text: t('work.mentionedBy', { name: by }), action })
      }),
    [mentions, t],
  )
  const label = unseen.length > 0 ? t('work.mentionsCount', { count: unseen.length }) : t('work.mentions')
  return (
    <span className="rail-mentions">
      <IconButton icon={bellIcon} label={label} shortcut="Alt+I" onClick={() => setOpen(true)} />
      {unseen.length > 0 ? (
        <span className="rail-badge" aria-hidden="true">
          {n(unseen.length)}
        </span>
      ) : null}
      {open ? <MentionDialog unseen={unseen} follow={follow} close={() => setOpen(false)} /> : null}
    </span>
  )
}

type DialogProps = { unseen: readonly Mention[]; follow: (one: Mention) => void; close: () => void }

function MentionDialog({ unseen, follow, close }: DialogProps) {
  const { t, exact } = useI18n()
  const ago = useAgo()
  return (
    <Dialog title={t('work.mentions')} close={close}>
      {unseen.length === 0 ? <p className="quiet">{t('work.noMentions')}</p> : null}
      <ul className="mentions" aria-label={t('work.mentions')}>
        {unseen.map((one) => (
          <li key={`${one.conversationId} ${one.seq}`}>
            <button type="button" onClick={() => follow(one)}>
              <span>
                <bdi>{one.by}</bdi>{' '}
                <time className="quiet" title={exact(one.at)}>
                  {ago(one.at)}
                </time>
              </span>
              <span className="mention-text" dir="auto">
                {one.text}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
