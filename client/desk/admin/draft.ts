/** What is typed into a form and not saved yet: outlives leaving the page and loading it anew, in this tab. */
import { browserStore } from '../../wire/storage.ts'
import type { Source } from './fields.ts'
import type { Body } from './merge.ts'

/** `base`: what it was made from, by `version`; 0: it is new. */
export type Draft = { id: string; version: number; base: Body; body: Body }

const store = browserStore(() => sessionStorage)
const PREFIX = 'parley.admin.draft.'
const OWNER = 'parley.admin.drafts-of'

/** Whoever signs in next in this tab does not find what somebody else had typed. */
export function claimDrafts(personId: string): void {
  if (store.get(OWNER) === personId) return
  for (const key of store.keys(PREFIX)) store.remove(key)
  store.set(OWNER, personId)
}

const keyOf = (source: Source, id: string): string => `${PREFIX}${source}.${id}`

export function readDraft(source: Source, id: string): Draft | null {
  try {
    return JSON.parse(store.get(keyOf(source, id)) ?? 'null') as Draft | null
  } catch {
    return null
  }
}

export function keepDraft(source: Source, id: string, draft: Draft | null): void {
  if (draft) store.set(keyOf(source, id), JSON.stringify(draft))
  else store.remove(keyOf(source, id))
}
