/** What somebody was writing, caret included: survives reload, switching conversations and failed sends. */
import { atom, type ReadableAtom, type WritableAtom } from 'nanostores'
import type { Store } from '../wire/storage.ts'

export type Draft = { text: string; caret: number; at: number }

export type Drafts = {
  get(scope: string): Draft | null
  /** Its text as it is now; empty: there is none. */
  $text(scope: string): ReadableAtom<string>
  /** Empty text forgets the draft. */
  set(scope: string, text: string, caret?: number): void
  /** What is stored may have become another person's. */
  readAnew(): void
}

/** Drafts older than this are not brought back. */
const KEEP_MS = 30 * 24 * 3_600_000

/** `owner`: who writes here, where several people use one browser one after the other. */
export function createDrafts(store: Store, owner = '', now: () => number = Date.now): Drafts {
  const keyOf = (scope: string): string => `parley.draft.${owner}${scope}`
  const texts = new Map<string, WritableAtom<string>>()
  const get = (scope: string): Draft | null => {
    const text = store.get(keyOf(scope))
    if (text === null) return null
    const draft = parse(text)
    if (draft && now() - draft.at < KEEP_MS) return draft
    store.remove(keyOf(scope))
    return null
  }
  const stored = (scope: string): string => get(scope)?.text ?? ''
  return {
    get,
    $text(scope) {
      const $text = texts.get(scope) ?? atom(stored(scope))
      texts.set(scope, $text)
      return $text
    },
    set(scope, text, caret = text.length) {
      if (text === '') store.remove(keyOf(scope))
      else store.set(keyOf(scope), JSON.stringify({ text, caret, at: now() } satisfies Draft))
      texts.get(scope)?.set(text)
    },
    readAnew: () => texts.forEach(($text, scope) => $text.set(stored(scope))),
  }
}

function parse(text: string): Draft | null {
  try {
    return JSON.parse(text) as Draft
  } catch {
    return null
  }
}
