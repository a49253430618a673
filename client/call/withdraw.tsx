import { useStore } from '@nanostores/react'
import { useRef, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { type Agreed, isRecordable } from './consent.ts'
import type { CallNow } from './use-call.ts'

/** The visitor's way out of being recorded, with what follows from it said before. */
export function Withdraw({ agreed, now }: { agreed: Agreed; now: CallNow }) {
  const { t } = useI18n()
  const [asking, setAsking] = useState(false)
  const opener = useRef<HTMLDivElement>(null)
  const withdrawing = useStore(agreed.$withdrawing)
  const ends = useStore(agreed.$ends)
  if (now.phase !== 'connected' || !isRecordable(now.call)) return null
  const leave = () => {
    setAsking(false)
    requestAnimationFrame(() => opener.current?.querySelector('button')?.focus())
  }
  const ask = () => {
    agreed.look()
    setAsking(true)
  }
  if (!asking) {
    return (
      <div ref={opener} className="call-consent">
        <Button look="quiet" busy={withdrawing} onClick={ask}>
          {t('call.stopRecording')}
        </Button>
      </div>
    )
  }
  return (
    <div className="call-consent" role="group" aria-label={t('call.stopRecording')}>
      <p>{t(ends ? 'call.stopRecordingEnds' : 'call.stopRecordingGoesOn')}</p>
      <div className="call-step-buttons">
        <Button
          look={ends ? 'danger' : 'primary'}
          onClick={() => {
            agreed.withdraw()
            leave()
          }}
        >
          {t(ends ? 'call.stopAndHangUp' : 'call.stopNow')}
        </Button>
        <Button look="quiet" onClick={leave}>
          {t('call.keepRecording')}
        </Button>
      </div>
    </div>
  )
}
