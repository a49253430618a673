/** What the shop's own storage remembers: no secrets, only whether to come back by itself on the next page. */
import type { Locale } from '../../../server/contract/words.ts'
import { browserStore } from '../../wire/storage.ts'

/** `label`: the button's name, where the site has one of its own. */
export type Look = { accent: string; locale: Locale; label?: string | undefined }
type Record = {
  look?: Look
  conversation?: boolean
  call?: boolean
  at?: number
}

/** A conversation that was not heard of for so long does not load the panel by itself any more. */
const KEEP_MS = 7 * 24 * 3_600_000

export function createRecord(site: string) {
  const store = browserStore()
  const tab = browserStore(() => sessionStorage)
  const key = `parley.widget.${site}`
  const read = (): Record => {
    try {
      return JSON.parse(store.get(key) ?? '{}') as Record
    } catch {
      return {}
    }
  }
  const write = (change: Record): void => store.set(key, JSON.stringify({ ...read(), ...change }))
  return {
    look: () => read().look,
    setLook: (look: Look) => write({ look }),
    running(): 'call' | 'conversation' | null {
      const { conversation, call, at = 0 } = read()
      if (Date.now() - at > KEEP_MS) return null
      return call ? 'call' : conversation ? 'conversation' : null
    },
    setRunning: (conversation: boolean, call: boolean) => write({ conversation, call, at: Date.now() }),
    /** The page elsewhere from which the visitor came into the shop in this tab, as far as it was told. */
    cameFrom(): string | null {
      const { referrer } = document
      if (referrer && new URL(referrer).origin !== location.origin)
        tab.set(`${key}.from`, referrer.slice(0, 2_000))
      return tab.get(`${key}.from`)
    },
    wasOpen: () => tab.get(key) === 'open',
    setOpen: (open: boolean) => (open ? tab.set(key, 'open') : tab.remove(key)),
    forget(): void {
      store.remove(key)
      tab.remove(key)
      tab.remove(`${key}.from`)
    },
  }
}
