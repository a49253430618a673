import type { I18n } from '../i18n/i18n.ts'
import { lineWords } from '../ui/system-line.tsx'
import type { Mark } from './marks.ts'

/** A mark on the axis in words, with its time. */
export const markWords = (i18n: I18n, mark: Mark): string => `${i18n.time(mark.at)} ${what(i18n, mark)}`

function what(i18n: I18n, { side, says }: Mark): string {
  const { t } = i18n
  if (!('own' in says)) return lineWords(i18n, says, null)
  if (says.own === 'message') return t(`replay.mark_message_${side === 'agent' ? 'agent' : 'visitor'}`)
  const who = says.name ?? (side && t(side === 'agent' ? 'ui.agent' : 'ui.visitor'))
  const words = t(`replay.mark_${says.own}`)
  return who ? `${who}: ${words}` : words
}
