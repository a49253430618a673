import type { Alert } from '../../../server/board/board.ts'
import type { I18n } from '../../i18n/i18n.ts'

const keys = { wait: 'team.alertWait', service: 'team.alertService' } as const

export const alertWords = ({ t }: Pick<I18n, 't'>, { name, what }: Alert): string =>
  t(keys[what], { name: name || t('team.everybodysQueue') })
