import { useStore } from '@nanostores/react'
import { useState } from 'react'
import type { ClipMade } from '../../../server/contract/clip.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Axis } from '../../replay/axis.ts'
import type { Player } from '../../replay/player.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { linkIcon } from '../../ui/icons-judge.ts'
import { useSession } from '../session/session-context.ts'
import { ClipForm, MadeLink } from './clip-form.tsx'
import { ClipList } from './clip-list.tsx'
import { around } from './moment.ts'
import './share.css'

type Props = { conversationId: string; scene: { axis: Axis; player: Player } }

/** A part of the conversation as a link for somebody outside, for who may make one. */
export function ClipButton({ conversationId, scene: { axis, player } }: Props) {
  const { t } = useI18n()
  const who = useStore(useSession().$who)
  const [begun, setBegun] = useState<{ from: number; to: number } | null>(null)
  const [link, setLink] = useState<ClipMade | null>(null)
  const close = () => {
    setBegun(null)
    setLink(null)
  }
  if (who.phase !== 'in' || !may(who.person.role, 'shareClips')) return null
  return (
    <>
      <Button icon={linkIcon} onClick={() => setBegun(around(player.$position.get(), axis.length))}>
        {t('share.clip')}
      </Button>
      {begun ? (
        <Dialog title={t('share.clipTitle')} close={close}>
          {link ? (
            <MadeLink url={link.url} />
          ) : (
            <ClipForm {...{ conversationId, axis, begun }} made={setLink} />
          )}
          {/* Of a link that is good no more nobody needs the address. */}
          <ClipList
            {...{ conversationId, made: link?.id }}
            revoked={(id) => setLink((shown) => (shown?.id === id ? null : shown))}
          />
        </Dialog>
      ) : null}
    </>
  )
}
