import { useStore } from '@nanostores/react'
import { useEffect, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { LoadAnew } from '../../ui/load-anew.tsx'
import { Missing } from '../../ui/missing.tsx'
import { $outdated } from '../../wire/outdated.ts'
import type { Wire } from '../../wire/wire.ts'

const QUIET_MS = 2_000
const OFFER_MS = 10_000

/** Trouble with the connection, as a line that says what still works; silent for 2 s, after 10 s with a thing to do. */
export function Notice({ wire, inCall }: { wire: Wire<'visitor'>; inCall: () => boolean }) {
  const { t } = useI18n()
  const step = useLadder(wire)
  if (useStore($outdated)) return <LoadAnew busy={inCall} />
  return (
    <>
      <div className="notice-place" role="status">
        {step > 0 ? (
          <p className="page-notice">
            <span>{t(step === 1 ? 'common.reconnecting' : 'common.offline')}</span>
            {step === 2 ? (
              <Button look="quiet" onClick={wire.check}>
                {t('common.tryAgain')}
              </Button>
            ) : null}
          </p>
        ) : null}
      </div>
      {/* Without a connection that is all there is to say: what is missing comes when it is back. */}
      {step === 0 ? <Missing /> : null}
    </>
  )
}

function useLadder(wire: Wire<'visitor'>): 0 | 1 | 2 {
  const online = useStore(wire.$status) === 'online'
  const [step, setStep] = useState<0 | 1 | 2>(0)
  useEffect(() => {
    setStep(0)
    if (online) return
    const timers = [setTimeout(() => setStep(1), QUIET_MS), setTimeout(() => setStep(2), OFFER_MS)]
    return () => timers.forEach(clearTimeout)
  }, [online])
  return step
}
