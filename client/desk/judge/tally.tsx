import type { Tally as Counted } from '../../../server/contract/review-results.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

/** Where no scorecard of them has a mark to pass, none is told to have been passed. */
export function Tally({ of: { reviews: count, passed, failed } }: { of: Counted }) {
  const { t } = useI18n()
  return (
    <>
      {passed === null
        ? t('judge.tallyNoMark', { count, failed })
        : t('judge.tally', { count, passed, failed })}
    </>
  )
}
