/** What somebody was writing, caret included: survives reload, switching conversations and failed sends. */
import type { Store } from '../wire/storage.ts'

export type Draft = { text: string; caret: number; at: number }

export type Drafts = {
  get(scope: string): Draft | null
  /** Empty text forgets the draft. */
  set(scope: string, text: string, caret?: number): void
}

/** Drafts older than this are not brought back. */
const KEEP_MS = 30 * 24 * 3_600_000

/** `owner`: who writes here, where several people use one browser one after the other. */
export function createDrafts(store: Store, owner = '', now: () => number = Date.now): Drafts {
  const keyOf = (scope: string): string => `parley.draft.${owner}${scope}`
  return {
    get(scope) {
      const text = store.get(keyOf(scope))
      if (text === null) return null
      const draft = parse(text)
      if (draft && now() - draft.at < KEEP_MS) return draft
      store.remove(keyOf(scope))
      return null
    },
    set(scope, text, caret = text.length) {
      if (text === '') store.remove(keyOf(scope))
      else store.set(keyOf(scope), JSON.stringify({ text, caret, at: now() } satisfies Draft))
    },
  }
}

function parse(text: string): Draft | null {
  try {
    return JSON.parse(text) as Draft
  } catch {
    return null
  }
}
