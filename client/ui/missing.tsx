import { useStore } from '@nanostores/react'
import { useI18n } from '../i18n/use-i18n.ts'
import { $missing, tryParts } from '../wire/part.ts'
import { Button } from './button.tsx'

/** A line where a part of the page cannot be had, with the way to try again; it goes away by itself. */
export function Missing() {
  const { t } = useI18n()
  if (useStore($missing) === 0) return null
  return (
    <p className="page-notice" role="alert">
      <span>{t('common.missing')}</span>
      <Button look="quiet" onClick={tryParts}>
        {t('common.tryAgain')}
      </Button>
    </p>
  )
}
