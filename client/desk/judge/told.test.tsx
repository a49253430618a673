import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { Router } from 'wouter'
import type { Review, ReviewsOfConversation } from '../../../server/contract/assessment.ts'
import type { Question as Asked } from '../../../server/contract/scorecard.ts'
import { score } from '../../../server/scorecard/scorecard.ts'
import { card, idOf, question } from '../../../server/scorecard/testing.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import type { Session } from '../session/desk-session.ts'
import { SessionContext } from '../session/session-context.ts'
import { Card, Total } from './card.tsx'
import { WeekPlot } from './plot.tsx'
import { Question } from './question.tsx'
import { StartReview } from './start-review.tsx'
import { Tally } from './tally.tsx'

async function drawn(shown: ReactNode, { locale = 'en', role = 'reviewer' } = {}): Promise<string> {
  const i18n = createI18n(locale as 'en', await loadMessages(locale as 'en', ['common', 'judge']))
  const session = { $who: atom({ phase: 'in', person: { role } }) } as unknown as Session
  return renderToStaticMarkup(
    <I18nContext.Provider value={i18n}>
      <SessionContext value={session}>
        <Router ssrPath="/">{shown}</Router>
      </SessionContext>
    </I18nContext.Provider>,
  )
}

describe('before a scorecard is published', () => {
  const all: ReviewsOfConversation = { reviews: [], awaited: [], agents: [], scorecards: [], reviewers: [] }
  const start = <StartReview {...{ all, conversationId: 'c', started: () => undefined }} />

  it('who may publish one is led there', async () => {
    const page = await drawn(start, { role: 'supervisor' })
    expect(page).toContain('href="/settings/scorecards"')
  })

  it('a reviewer, to whom that page is closed, reads whose it is', async () => {
    const page = await drawn(start)
    expect(page).not.toContain('href')
    expect(page).toContain('Supervisors and administrators publish them.')
  })
})

it.each([
  ['en', '0 seconds (at most 45 seconds)'],
  ['fa', '۰ ثانیه'],
  ['ru', '0 секунд (не больше 45 секунд)'],
])('what took no second is told with its unit: %s', async (locale, words) => {
  const asked: Asked = { ...question(1), metric: { name: 'firstReplyMs', atMost: 45_000 } }
  const measured = { firstReplyMs: 838, unanswered: false } as never
  const page = await drawn(
    <Question question={asked} answer={undefined} note="" measured={measured} open={false} />,
    { locale },
  )
  expect(page.replace(/[\u2068\u2069]/g, '')).toContain(words)
})

it.each([
  ['en', '30 Nov'],
  ['fa', '۹ آذر'],
  ['ru', '30 нояб.'],
])('weeks are written as days are elsewhere: %s', async (locale, words) => {
  const weeks = [{ day: '2026-11-30', reviews: 1, points: 0.94, passed: null, failed: 0 }]
  expect(await drawn(<WeekPlot weeks={weeks} />, { locale })).toContain(words)
})

it('passed are counted only where there is a mark to pass', async () => {
  const all = { reviews: 1, points: 0.94, failed: 0 }
  expect(await drawn(<Tally of={{ ...all, passed: null }} />)).toBe('over 1 review; 0 failed by an answer')
  expect(await drawn(<Tally of={{ ...all, passed: 0 }} />)).toBe(
    'over 1 review; 0 passed, 0 failed by an answer',
  )
})

it('nobody has passed, or has not, by some of the answers', async () => {
  const body = { ...card([[1, [question(1), question(2, { fails: true })]]]), passAt: 0.8 }
  const total = (answers: Record<string, string>) => drawn(<Total result={score(body, answers)} />)
  expect(await total({ [idOf(1)]: 'yes' })).not.toContain('Passed')
  expect(await total({ [idOf(1)]: 'no' })).not.toContain('passed')
  expect(await total({ [idOf(1)]: 'yes', [idOf(2)]: 'yes' })).toContain('Passed')
  // That no other answer mends.
  expect(await total({ [idOf(2)]: 'no' })).toContain('Failed')
})

it('who decides changes answers and reads the notes beside them, which nothing would keep', async () => {
  const body = card([[1, [question(1), question(2)]]])
  const notes = { [idOf(1)]: 'Well done' }
  const review = { version: { body }, answers: {}, notes, summary: '', measured: {} } as unknown as Review
  const page = await drawn(<Card {...{ review, draft: review, notes: false, change: () => undefined }} />)
  for (const words of ['radio', 'Well done']) expect(page).toContain(words)
  for (const words of ['textarea', 'Add note']) expect(page).not.toContain(words)
})

it('points that just miss the mark do not read as if they reached it', async () => {
  const body = {
    ...card([[1, [question(1, { weight: 0.796 }), question(2, { weight: 0.204 })]]]),
    passAt: 0.8,
  }
  const result = score(body, { [idOf(1)]: 'yes', [idOf(2)]: 'no' })
  expect(await drawn(<Total result={result} />)).toMatch(/79\.6%.*Not passed/)
})
