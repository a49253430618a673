import { useEffect, useState } from 'react'
import type { ConfigurationItem } from '../../../server/contract/configuration.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import type { Reason } from './status-choices.ts'

/** The reasons for being away as they are configured now; none while they are on their way. */
export function useReasons(): readonly Reason[] {
  const session = useSession()
  const fail = useFail()
  const [reasons, setReasons] = useState<readonly Reason[]>([])
  useEffect(() => {
    const load = async (): Promise<void> => {
      const answer = await session.fetch('/api/desk/configuration/awayReason')
      const { items } = (await answer.json()) as { items: ConfigurationItem<'awayReason'>[] }
      setReasons(items.map(({ id, body }) => ({ id, name: body.name })))
    }
    load().catch(fail)
    // Once, when what lists them appears.
  }, [session])
  return reasons
}
