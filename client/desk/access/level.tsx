import type { Sensitivity } from '../../../server/access/access.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Pill } from '../../ui/pill.tsx'

/** How sensitive a conversation is, where that is more than usual. */
export function Level({ of }: { of: Sensitivity }) {
  const { t } = useI18n()
  return of === 'normal' ? null : <Pill>{t(`access.level_${of}`)}</Pill>
}
