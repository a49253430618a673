import { NOT_APPLICABLE, type Question } from '../../../server/contract/scorecard.ts'
import { useI18n } from '../../i18n/use-i18n.ts'

/** An answer as it is called: Yes, a grade, the option's name, or the words themselves. */
export function useAnswerWords(): (question: Question, value: string) => string {
  const { t, n } = useI18n()
  return ({ type, options }, value) => {
    if (type === 'text') return value
    if (value === NOT_APPLICABLE) return t('judge.notApplicable')
    if (type === 'scale') return n(Number(value))
    if (type === 'choice') return options.find(({ id }) => id === value)?.name ?? value
    return t(value === 'yes' ? 'judge.yes' : 'judge.no')
  }
}
