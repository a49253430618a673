import type { FilterChoices } from '../../server/contract/finder.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { ChosenName } from './form.ts'

export type Option = readonly [value: string, name: string]

/** What each field may be set to. */
export function useOptions(choices: FilterChoices | null): Record<ChosenName, readonly Option[]> {
  const { t } = useI18n()
  const named = (list: readonly { id: string; name: string }[] = []) =>
    list.map(({ id, name }): Option => [id, name])
  return {
    agent: named(choices?.agents),
    queue: named(choices?.queues),
    site: named(choices?.sites),
    disposition: named(choices?.dispositions),
    medium: (['text', 'voice', 'video', 'screen'] as const).map((one) => [one, t(`replay.medium_${one}`)]),
    language: (['en', 'fa', 'ru'] as const).map((one) => [one, t(`desk.language_${one}`)]),
  }
}
