import { useStore } from '@nanostores/react'
import { createContext, useContext, useMemo } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Source } from './fields.ts'
import type { Item, Items } from './items.ts'

export const ItemsContext = createContext<Items | null>(null)

export function useAllItems(): Items {
  const items = useContext(ItemsContext)
  if (!items) throw new Error('no ItemsContext above')
  return items
}

const none: Item[] = []
const plainName = ({ body }: Item): string => (typeof body['name'] === 'string' ? body['name'] : '')

/** The items of a source by name; empty until they are loaded. */
export function useItems(source: Source): Item[] {
  const { locale } = useI18n()
  const items = useStore(useAllItems().$lists)[source] ?? none
  return useMemo(
    () => [...items].sort((one, other) => plainName(one).localeCompare(plainName(other), locale)),
    [items, locale],
  )
}

/** What people call an item: a profile as its person, a disposition with what it stands under. */
export function useNames(source: Source): (id: string) => string {
  const items = useItems(source === 'profile' ? 'person' : source)
  return useMemo(() => {
    const byId = new Map(items.map((item) => [item.id, item]))
    const nameOf = (id: string, depth = 0): string => {
      const item = byId.get(id)
      if (!item) return ''
      const parent = item.body['parentId']
      if (typeof parent !== 'string' || depth > 20) return plainName(item)
      return `${nameOf(parent, depth + 1)} › ${plainName(item)}`
    }
    return (id) => nameOf(id)
  }, [items])
}
