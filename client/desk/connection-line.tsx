import { useStore } from '@nanostores/react'
import { useEffect, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { wifiOffIcon } from '../ui/icons.ts'
import { $outdated } from '../wire/outdated.ts'
import { useDesk } from './desk-context.ts'

const QUIET_MS = 2_000
const OFFER_MS = 10_000

/** Nothing for a short break; then what still works; after ten seconds something to do. */
export function ConnectionLine() {
  const { t } = useI18n()
  const { wire } = useDesk()
  const status = useStore(wire.$status)
  // Then there is no use in trying, and the desk says so.
  const outdated = useStore($outdated)
  const [stage, setStage] = useState<0 | 1 | 2>(0)
  useEffect(() => {
    setStage(0)
    if (status === 'online') return
    const first = setTimeout(() => setStage(1), QUIET_MS)
    const second = setTimeout(() => setStage(2), OFFER_MS)
    return () => {
      clearTimeout(first)
      clearTimeout(second)
    }
  }, [status === 'online'])
  return (
    <div className="connection" role="status">
      {stage > 0 && !outdated ? (
        <p>
          <Icon of={wifiOffIcon} size={16} />
          <span>{t(status === 'offline' ? 'common.offline' : 'common.reconnecting')}</span>
          {stage > 1 ? (
            <Button look="quiet" onClick={() => wire.check()}>
              {t('common.tryAgain')}
            </Button>
          ) : null}
        </p>
      ) : null}
    </div>
  )
}
