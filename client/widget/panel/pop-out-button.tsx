import { useStore } from '@nanostores/react'
import { useEffect, useRef } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { appWindowIcon } from '../../ui/icons-call.ts'
import type { PopOut } from './pop-out.ts'

/** The way into a window of its own, and why it did not open. On a phone windows are tabs, which help nobody. */
export function PopOutButton({ popOut }: { popOut: PopOut }) {
  const { t } = useI18n()
  const state = useStore(popOut.$state)
  const why = useRef<HTMLParagraphElement>(null)
  const stays = state === 'blocked' || state === 'failed'
  useEffect(() => {
    if (stays) why.current?.scrollIntoView({ block: 'nearest' })
  }, [stays])
  if (!matchMedia('(hover: hover) and (pointer: fine)').matches) return null
  return (
    <div className="pop-out">
      <Button look="quiet" icon={appWindowIcon} disabled={state === 'opening'} onClick={popOut.open}>
        {t('call.popOut')}
      </Button>
      <p ref={why} role="status">
        {stays ? t(state === 'blocked' ? 'call.popOutBlocked' : 'call.popOutFailed') : null}
      </p>
    </div>
  )
}
