/** Asking the server about reviews. Everything rejects with `RequestError`. */
import { useMemo } from 'react'
import type {
  DraftInput,
  MarkInput,
  Outcome,
  Review,
  ReviewLine,
  ReviewMoment,
  ReviewsOfConversation,
  ReviewStep,
} from '../../../server/contract/assessment.ts'
import type { ReviewAnswers } from '../../../server/contract/scorecard.ts'
import type { Handout } from '../../../server/contract/handout.ts'
import { MASKED } from '../../../server/masking/masking.ts'
import { inMemory } from '../../handout/in-memory.ts'
import { failureOf } from '../../wire/request-error.ts'
import type { Session } from '../session/desk-session.ts'
import { useSession } from '../session/session-context.ts'

const base = '/api/desk/assessments'

/** Whether they are stored so: in words that are stored some signs may be masked. */
function isSaid(stored: string, said: string): boolean {
  const [signs, own] = [[...stored.trim()], [...said.trim()]]
  return signs.length === own.length && signs.every((sign, at) => sign === own[at] || sign === MASKED)
}

export type Begin = { id: string; conversationId: string; agentId: string; scorecardId: string }
export type Decision = { outcome: Outcome; words: string; answers?: ReviewAnswers }

export function createJudge(session: Pick<Session, 'fetch'>) {
  const ask = async <T>(path: string, method = 'GET', body?: unknown): Promise<T> => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await session.fetch(`${base}${path}`, { method, ...(body === undefined ? {} : json) })
    return (await answer.json()) as T
  }
  /** Where the answer was lost that said that a step is made, whoever presses again sees it made, and no conflict. */
  const step = async (id: string, deed: string, body: object, made: Pick<ReviewStep, 'step' | 'words'>) => {
    try {
      return await ask<Review>(`/${id}/${deed}`, 'POST', body)
    } catch (error) {
      if (failureOf(error).code !== 'conflict') throw error
      const now = await ask<Review>(`/${id}`)
      const last = now.steps.at(-1)
      if (last?.step === made.step && isSaid(last.words, made.words)) return now
      throw error
    }
  }
  const lines = async (path: string) => (await ask<{ reviews: ReviewLine[] }>(path)).reviews
  return {
    beside: (conversation: string) => ask<ReviewsOfConversation>(`?conversation=${conversation}`),
    work: () => lines('/work'),
    mine: () => lines('/mine'),
    disputed: () => lines('/disputed'),
    read: (id: string) => ask<Review>(`/${id}`),
    begin: (given: Begin) => ask<Review>('', 'POST', given),
    save: (id: string, draft: DraftInput) => ask<Review>(`/${id}`, 'PUT', draft),
    submit: (id: string, draft: DraftInput) => ask<Review>(`/${id}/submit`, 'POST', draft),
    discard: (id: string) => ask<object>(`/${id}`, 'DELETE'),
    mark: (id: string, markId: string, mark: MarkInput) => ask<Review>(`/${id}/marks/${markId}`, 'PUT', mark),
    unmark: (id: string, markId: string) => ask<Review>(`/${id}/marks/${markId}`, 'DELETE'),
    second: (id: string, given: { id: string; reviewerId: string }) =>
      ask<Review>(`/${id}/second`, 'POST', given),
    withdrawSecond: (id: string) => ask<Review>(`/${id}/second`, 'DELETE'),
    /** With its sounds and pictures in memory. */
    moment: async (id: string, mark: string): Promise<Handout> => {
      const path = `/${id}/moments/${mark}`
      const { view, handout } = await ask<ReviewMoment>(path)
      return inMemory(handout, (src) => session.fetch(`${base}${path}/media/${src}?view=${view}`))
    },
    acknowledge: (id: string) => step(id, 'acknowledge', {}, { step: 'acknowledged', words: '' }),
    dispute: (id: string, words: string) => step(id, 'dispute', { words }, { step: 'disputed', words }),
    decide: (id: string, decision: Decision) =>
      step(id, 'decide', decision, { step: decision.outcome, words: decision.words }),
  }
}

export type Judge = ReturnType<typeof createJudge>

export function useJudge(): Judge {
  const session = useSession()
  return useMemo(() => createJudge(session), [session])
}
