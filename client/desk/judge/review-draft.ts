/**
 * What is written into a review and not handed in yet: kept in this tab at each stroke, at the server a moment later, and
 * given back when the page is opened again. What is asked of the server goes one after the other, so that no answer is older than
 * one before it; what was typed meanwhile follows.
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
  /** Something else that changes it, in its turn; what is written stays. */
  ask(work: () => Promise<Review>): Promise<Review>
  close(): void
}

const AFTER_MS = 1_200
/** Until a save that failed for the moment is tried again. */
const AGAIN_MS = 5_000
const store = browserStore(() => sessionStorage)
const keyOf = (id: string) => `parley.review.${id}`

const draftOf = ({ answers, notes, summary }: Draft): Draft => ({ answers, notes, summary })

type Words = Record<string, string>

/** What both began from, changed as either of them did; where both did, `mine` holds. */
function merged(base: Words, mine: Words, theirs: Words): Words {
  const ids = Object.keys({ ...theirs, ...mine })
  const now = ids.map((id) => [id, mine[id] === base[id] ? theirs[id] : mine[id]] as const)
  return Object.fromEntries(now.filter((one): one is [string, string] => one[1] !== undefined))
}

/** What `mine` has made of `base`, on top of what else became of it. */
const joined = (base: Draft, mine: Draft, theirs: Draft): Draft => ({
  answers: merged(base.answers, mine.answers, theirs.answers),
  notes: merged(base.notes, mine.notes, theirs.notes),
  summary: mine.summary === base.summary ? theirs.summary : mine.summary,
})

/** What this tab has kept, on top of what was saved elsewhere since; null: nothing. */
function recalled(now: Review): Draft | null {
  try {
    const found = JSON.parse(store.get(keyOf(now.id)) ?? 'null') as { base: Draft; mine: Draft } | null
    return found && joined(found.base, found.mine, now)
  } catch {
    return null
  }
}

/** It may be saved later as it is: the line, the server, or somebody who was faster stood in the way. */
const passes = (error: unknown): boolean =>
  error instanceof RequestError &&
  (['unavailable', 'tooMany', 'internal'].includes(error.code) || error.detail?.reason === 'version')

/** `fail`: told what a save by itself ran into, once until one succeeds. */
export function createReviewDraft(judge: Judge, first: Review, fail: (error: unknown) => void): ReviewDraft {
  const $review = atom(first)
  const before = recalled(first)
  const $draft = atom<Draft>(before ?? draftOf(first))
  const $kept = atom<Kept>(before ? 'changed' : 'kept')
  let timer: ReturnType<typeof setTimeout> | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  const { id } = first
  const input = (): DraftInput => {
    const { answers, notes, summary } = $draft.get()
    return { rev: $review.get().rev, answers, notes, summary }
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  const remember = () =>
    store.set(keyOf(id), JSON.stringify({ base: draftOf($review.get()), mine: $draft.get() }))

  /** As it is at the server now: what was written elsewhere is taken up, and what was written here since stays. */
  function take(review: Review): void {
    const [base, mine] = [$review.get(), $draft.get()]
    $review.set(review)
    if (review.rev === base.rev) return
    $draft.set(joined(base, mine, review))
    if ($kept.get() !== 'kept') remember()
  }
  /** Somebody, perhaps oneself in another tab, was faster: the next save holds what both have written. */
  async function catchUp(error: unknown): Promise<never> {
    if (error instanceof RequestError && error.detail?.reason === 'version') take(await judge.read(id))
    throw error
  }
  /** It is in already where an answer was lost that said so. */
  async function unlessIn(error: unknown): Promise<Review> {
    if (!(error instanceof RequestError && error.code === 'conflict')) throw error
    const now = await judge.read(id)
    if (now.submittedAt === null) throw error
    return now
  }
  async function send(): Promise<void> {
    if ($kept.get() === 'kept') return
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
  /** What was lost on the way is not left to the next stroke, which may be made in another week. */
  const saveIn = (ms: number, quietly = false): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      save().catch((error: unknown) => {
        if (!quietly) fail(error)
      })
    }, ms)
  }
  const again = (error: unknown): never => {
    if (!closed && passes(error)) saveIn(AGAIN_MS, true)
    throw error
  }
  const save = async (): Promise<void> => {
    clearTimeout(timer)
    await inTurn(send).catch(again)
  }
  return {
    ...{ $review, $draft, $kept, save },
    change(part) {
      $draft.set({ ...$draft.get(), ...part })
      $kept.set('changed')
      remember()
      saveIn(AFTER_MS)
    },
    async submit() {
      clearTimeout(timer)
      await inTurn(async () => {
        $review.set(await judge.submit(id, input()).catch(catchUp).catch(unlessIn))
        $kept.set('kept')
        store.remove(keyOf(id))
      }).catch(again)
    },
    ask: (work) =>
      inTurn(async () => {
        const review = await work()
        take(review)
        return review
      }),
    close() {
      closed = true
      clearTimeout(timer)
      if ($review.get().may.includes('score')) void save().catch(() => undefined)
    },
  }
}
