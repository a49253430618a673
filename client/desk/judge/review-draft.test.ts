import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import type { DraftInput, Review } from '../../../server/contract/assessment.ts'
import { RequestError } from '../../wire/request-error.ts'
import type { Judge } from './api.ts'
import { createReviewDraft } from './review-draft.ts'

const written = { answers: {}, notes: {}, summary: '', marks: [] }
const review = { ...written, id: 'r', rev: 3, may: ['score'], submittedAt: null } as unknown as Review

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

/** The server: one review, and what goes wrong next. */
function writing(...faults: (Error | null)[]) {
  const saved: DraftInput[] = []
  const told: unknown[] = []
  let rev = review.rev
  /** As the server has it. */
  let kept: object = {}
  const marks: string[] = []
  const at = { submitted: null as number | null }
  const slow = { save: 0, mark: 0 }
  /** As it is when the question arrives, told after `ms`. */
  const answer = async (input: object, ms: number): Promise<Review> => {
    const now = { ...review, ...kept, ...input, rev, marks: [...marks] } as unknown as Review
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
    return now
  }
  const judge = {
    async save(_id: string, input: DraftInput) {
      const fault = faults.shift()
      if (fault) throw fault
      if (input.rev !== rev) throw new RequestError({ code: 'conflict', detail: { reason: 'version' } })
      saved.push(input)
      kept = input
      rev++
      return answer(input, slow.save)
    },
    async submit() {
      if (at.submitted !== null) throw new RequestError({ code: 'conflict' })
      throw away()
    },
    read: async () => ({ ...review, ...kept, rev, submittedAt: at.submitted }),
  } as unknown as Judge
  const draft = createReviewDraft(judge, review, (error) => told.push(error))
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms)
  const elsewhere = (written: object = {}) => {
    kept = { ...kept, ...written }
    rev++
  }
  const mark = (name: string) =>
    draft.ask(() => {
      marks.push(name)
      return answer({}, slow.mark)
    })
  return { draft, saved, told, pass, at, slow, mark, elsewhere }
}
const away = () => new RequestError({ code: 'unavailable' })

it('is saved a moment after the last stroke', async () => {
  const { draft, saved, pass } = writing()
  draft.change({ summary: 'W' })
  await pass(1_000)
  draft.change({ summary: 'Well' })
  await pass(1_000)
  expect(saved).toEqual([])
  await pass(1_000)
  expect(saved.map(({ summary }) => summary)).toEqual(['Well'])
  expect(draft.$kept.get()).toBe('kept')
})

it('is saved by itself once the server is back, and told of once', async () => {
  const { draft, saved, told, pass } = writing(away(), away(), null)
  draft.change({ summary: 'The last word' })
  await pass(2_000)
  expect([draft.$kept.get(), told.length]).toEqual(['changed', 1])
  await pass(12_000)
  expect([saved.map(({ summary }) => summary), draft.$kept.get(), told.length]).toEqual([
    ...[['The last word'], 'kept', 1],
  ])
})

it('is saved by itself where it was to be handed in, or somebody pressed, and no answer came', async () => {
  const { draft, saved, told, pass } = writing(away())
  draft.change({ summary: 'One' })
  await expect(draft.save()).rejects.toThrow('unavailable')
  await pass(6_000)
  draft.change({ summary: 'Two' })
  await expect(draft.submit()).rejects.toThrow('unavailable')
  await pass(6_000)
  expect([saved.map(({ summary }) => summary), told]).toEqual([['One', 'Two'], []])
})

it('is in where it was handed in before and the answer was lost', async () => {
  const { draft, at } = writing()
  await expect(draft.submit()).rejects.toThrow('unavailable')
  at.submitted = 1
  await draft.submit()
  expect([draft.$review.get().submittedAt, draft.$kept.get()]).toEqual([1, 'kept'])
})

it('is saved over what was saved elsewhere, as is said', async () => {
  const { draft, saved, told, pass, elsewhere } = writing()
  elsewhere()
  draft.change({ summary: 'Mine' })
  await pass(10_000)
  expect([saved.length, told.length, draft.$kept.get()]).toEqual([1, 1, 'kept'])
})

it('is not tried again where it cannot be saved any more, or nobody writes it any more', async () => {
  const gone = writing(new RequestError({ code: 'notFound' }))
  gone.draft.change({ summary: 'x' })
  await gone.pass(60_000)
  expect([gone.saved, gone.told.length]).toEqual([[], 1])
  const closed = writing(away(), away())
  closed.draft.change({ summary: 'x' })
  await closed.pass(2_000)
  closed.draft.close()
  await closed.pass(60_000)
  expect(closed.saved).toEqual([])
})

it('takes no answer that was overtaken by another for what is now', async () => {
  const { draft, saved, told, pass, slow, mark } = writing()
  const shown = () => draft.$review.get().marks
  slow.save = 2_000
  draft.change({ summary: 'One' })
  await pass(2_000)
  void mark('during a save')
  await pass(2_000)
  expect(shown()).toEqual(['during a save'])
  slow.save = 0
  slow.mark = 2_000
  void mark('before a save')
  draft.change({ summary: 'Two' })
  await pass(4_000)
  draft.change({ summary: 'Three' })
  await pass(2_000)
  expect(shown()).toEqual(['during a save', 'before a save'])
  expect([saved.map(({ summary }) => summary), told]).toEqual([['One', 'Two', 'Three'], []])
})

it('holds what was answered in another tab beside what was written here, whichever way it comes to know of it', async () => {
  const { draft, saved, pass, elsewhere, mark } = writing()
  elsewhere({ answers: { a: 'yes', b: '3' }, notes: { a: 'Theirs' } })
  draft.change({ answers: { b: '4' }, summary: 'Mine' })
  await pass(10_000)
  const both = { answers: { a: 'yes', b: '4' }, notes: { a: 'Theirs' }, summary: 'Mine' }
  expect(saved).toMatchObject([both])
  // Taken away there, by an answer to something else.
  elsewhere({ answers: { b: '4' } })
  await mark('later')
  draft.change({ notes: { ...draft.$draft.get().notes, b: 'Here' } })
  await pass(10_000)
  expect(saved.at(-1)).toMatchObject({ answers: { b: '4' }, notes: { a: 'Theirs', b: 'Here' } })
  expect(saved.at(-1)?.answers).not.toHaveProperty('a')
})

it('gives back what was written before a reload, on top of what was saved elsewhere meanwhile', async () => {
  const items = new Map<string, string>()
  const sessionStorage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  }
  Object.assign(globalThis, { sessionStorage })
  try {
    writing(away()).draft.change({ answers: { b: '4' }, summary: 'Mine' })
    const now = { ...review, rev: 4, answers: { a: 'yes' } } as Review
    const { $draft, $kept } = createReviewDraft({} as Judge, now, () => undefined)
    expect($draft.get()).toEqual({ answers: { a: 'yes', b: '4' }, notes: {}, summary: 'Mine' })
    expect($kept.get()).toBe('changed')
  } finally {
    Reflect.deleteProperty(globalThis, 'sessionStorage')
  }
})
