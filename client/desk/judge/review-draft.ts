/**
 * What is written into a review and not handed in yet: kept in this tab at each stroke, at the server a moment later, and
 * given back when the page is opened again. One save at a time; what was typed meanwhile follows.
 */
import { atom, type ReadableAtom } from 'nanostores'
import type { DraftInput, Review } from '../../../server/contract/assessment.ts'
import { RequestError } from '../../wire/request-error.ts'
import { browserStore } from '../../wire/storage.ts'
import type { Judge } from './api.ts'

export type Draft = Omit<DraftInput, 'rev'>
export type Kept = 'kept' | 'changed' | 'saving'

export type ReviewDraft = {
  $review: ReadableAtom<Review>
  $draft: ReadableAtom<Draft>
  $kept: ReadableAtom<Kept>
  change(part: Partial<Draft>): void
  /** Rejects with `RequestError`; what is written stays. */
  save(): Promise<void>
  submit(): Promise<void>
  /** What the server says of it now; what is written stays. */
  take(review: Review): void
  close(): void
}

const AFTER_MS = 1_200
const store = browserStore(() => sessionStorage)
const keyOf = (id: string) => `parley.review.${id}`

const draftOf = ({ answers, notes, summary }: Review): Draft => ({ answers, notes, summary })

/** What this tab has kept, unless it was saved or changed elsewhere since. */
function recalled({ id, rev }: Review): Draft | null {
  try {
    const found = JSON.parse(store.get(keyOf(id)) ?? 'null') as DraftInput | null
    return found?.rev === rev ? found : null
  } catch {
    return null
  }
}

/** `fail`: told what a save by itself ran into. */
export function createReviewDraft(judge: Judge, first: Review, fail: (error: unknown) => void): ReviewDraft {
  const $review = atom(first)
  const before = recalled(first)
  const $draft = atom<Draft>(before ?? draftOf(first))
  const $kept = atom<Kept>(before ? 'changed' : 'kept')
  let timer: ReturnType<typeof setTimeout> | undefined
  let saving: Promise<void> | null = null
  const { id } = first
  const input = (): DraftInput => {
    const { answers, notes, summary } = $draft.get()
    return { rev: $review.get().rev, answers, notes, summary }
  }
  const remember = () => store.set(keyOf(id), JSON.stringify(input()))

  /** Somebody, perhaps oneself in another tab, was faster: what is written here is kept, and the next save wins. */
  async function catchUp(error: unknown): Promise<never> {
    if (error instanceof RequestError && error.detail?.reason === 'version') {
      $review.set(await judge.read(id))
      remember()
    }
    throw error
  }
  async function send(): Promise<void> {
    const sent = $draft.get()
    $kept.set('saving')
    try {
      $review.set(await judge.save(id, input()).catch(catchUp))
      const same = $draft.get() === sent
      $kept.set(same ? 'kept' : 'changed')
      if (same) store.remove(keyOf(id))
      else remember()
    } catch (error) {
      $kept.set('changed')
      throw error
    }
  }
  const save = async (): Promise<void> => {
    clearTimeout(timer)
    while (saving) await saving.catch(() => undefined)
    if ($kept.get() === 'kept') return
    saving = send().finally(() => {
      saving = null
    })
    await saving
  }
  return {
    ...{ $review, $draft, $kept, save },
    change(part) {
      $draft.set({ ...$draft.get(), ...part })
      $kept.set('changed')
      remember()
      clearTimeout(timer)
      timer = setTimeout(() => void save().catch(fail), AFTER_MS)
    },
    async submit() {
      clearTimeout(timer)
      while (saving) await saving.catch(() => undefined)
      $review.set(await judge.submit(id, input()).catch(catchUp))
      $kept.set('kept')
      store.remove(keyOf(id))
    },
    take: (review) => $review.set(review),
    close() {
      clearTimeout(timer)
      if ($review.get().may.includes('score')) void save().catch(() => undefined)
    },
  }
}
