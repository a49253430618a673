import type { I18n } from '../../i18n/i18n.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

/** Agreement beyond chance, to a hundredth; null: it says nothing. What rounds to zero has no sign. */
export const sayKappa = ({ n }: Pick<I18n, 'n'>, value: number | null): string =>
  value === null
    ? '–'
    : n(value, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'negative' })

/**
 * Says points, and how far people agree (0 to 1, null: there are none), to a tenth of a percent: 79.6 of a mark of 80 would else read
 * as if it reached it. `signed`: more than something else.
 */
export function useShare(): (value: number | null, signed?: true) => string {
  const { n } = useI18n()
  return (value, signed) =>
    value === null
      ? '–'
      : n(value, {
          style: 'percent',
          maximumFractionDigits: 1,
          ...(signed && { signDisplay: 'exceptZero' as const }),
        })
}
