import { useStore } from '@nanostores/react'
import { useMemo } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAllItems } from './items-context.ts'
import type { Speech } from './say.ts'

/** Names of all items that are loaded, for sentences about them. */
export function useSpeech(): Speech {
  const i18n = useI18n()
  const lists = useStore(useAllItems().$lists)
  return useMemo(
    () => ({
      i18n,
      nameOf: (source, id) => {
        const named = lists[source === 'profile' ? 'person' : source]?.find((item) => item.id === id)
        return typeof named?.body['name'] === 'string' ? named.body['name'] : ''
      },
    }),
    [i18n, lists],
  )
}
