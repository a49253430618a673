import type { FailureDetail } from '../../server/contract/errors.ts'
import type { Key } from '../i18n/keys.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { showToast } from '../ui/toast.tsx'
import { failureOf } from '../wire/request-error.ts'

const words = {
  tooMany: 'desk.failureTooMany',
  notAllowed: 'desk.failureNotAllowed',
  // It was there when it was shown: somebody else has it now, or it was removed.
  notFound: 'desk.failureConflict',
} as const

/** What stands in the way, where the server names it. */
const reasons: Partial<Record<FailureDetail['reason'], Key>> = {
  full: 'team.callFull',
  closed: 'team.queueClosed',
  unstaffed: 'team.queueUnstaffed',
  nobody: 'team.queueUnstaffed',
  spoke: 'desk.endWithdrawn',
}

/**
 * Tells in a line that something did not work, with a reference for support where there is one. `conflict`: what stands in the
 * way here, where it is not that somebody was faster.
 */
export function useFail(conflict: Key = 'desk.failureConflict'): (error: unknown) => void {
  const { t } = useI18n()
  return (error) => {
    const { code, reference, detail } = failureOf(error)
    const known = { ...words, conflict }
    const usual = code in known ? known[code as keyof typeof known] : 'common.failure'
    const text = t((detail && reasons[detail.reason]) ?? usual)
    const more = reference ? ` ${t('desk.reference', { reference })}` : ''
    showToast({ text: text + more, look: 'danger' })
  }
}
