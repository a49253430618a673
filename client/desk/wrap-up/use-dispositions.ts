import { useEffect, useMemo, useState } from 'react'
import type { ConfigurationItem } from '../../../server/contract/configuration.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { type Choosable, choosable } from './dispositions.ts'

/** As they are configured now; none while they are on their way. */
export function useDispositions(): readonly Choosable[] {
  const session = useSession()
  const { locale } = useI18n()
  const fail = useFail()
  const [items, setItems] = useState<readonly ConfigurationItem<'disposition'>[]>([])
  useEffect(() => {
    const load = async (): Promise<void> => {
      const answer = await session.fetch('/api/desk/configuration/disposition')
      setItems(((await answer.json()) as { items: ConfigurationItem<'disposition'>[] }).items)
    }
    load().catch(fail)
    // Once, when the form appears.
  }, [session])
  return useMemo(() => choosable(items, locale), [items, locale])
}
