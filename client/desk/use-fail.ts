import { useI18n } from '../i18n/use-i18n.ts'
import { showToast } from '../ui/toast.tsx'
import { failureOf } from '../wire/request-error.ts'

const words = {
  conflict: 'common.failureConflict',
  tooMany: 'common.failureTooMany',
  notAllowed: 'common.failureNotAllowed',
} as const

/** Tells in a line that something did not work, with a reference for support where there is one. */
export function useFail(): (error: unknown) => void {
  const { t } = useI18n()
  return (error) => {
    const { code, reference, detail } = failureOf(error)
    const known = code in words ? words[code as keyof typeof words] : 'common.failure'
    const text = t(detail?.reason === 'full' ? 'team.callFull' : known)
    const more = reference ? ` ${t('common.reference', { reference })}` : ''
    showToast({ text: text + more, look: 'danger' })
  }
}
