import { useStore } from '@nanostores/react'
import { useEffect } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { $outdated, isAtWork, loadAnew, loadedInVain } from '../wire/outdated.ts'
import { Button } from './button.tsx'

/** Browsers do not all come at once after an upgrade. */
const SPREAD_MS = 5_000

/**
 * On a page that is older than the server: loads it anew as soon as nothing would be lost by that, and until then says
 * so with a way to do it. `busy`: a call is here.
 */
export function LoadAnew({ busy }: { busy: () => boolean }) {
  const { t } = useI18n()
  const outdated = useStore($outdated)
  useEffect(() => {
    if (!outdated || loadedInVain()) return
    const look = () => {
      if (!busy() && !isAtWork()) void loadAnew()
    }
    const timer = setInterval(look, 1_000 + Math.random() * SPREAD_MS)
    return () => clearInterval(timer)
  }, [outdated])
  if (!outdated) return null
  return (
    <p className="page-notice" role="alert">
      <span>{t('common.outdated')}</span>
      <Button look="quiet" onClick={() => void loadAnew()}>
        {t('common.loadAnew')}
      </Button>
    </p>
  )
}
