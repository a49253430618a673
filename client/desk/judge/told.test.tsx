import { describe, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { Router } from 'wouter'
import type { ReviewsOfConversation } from '../../../server/contract/assessment.ts'
import type { Question as Asked } from '../../../server/contract/scorecard.ts'
import { question } from '../../../server/scorecard/testing.ts'
import { createI18n } from '../../i18n/i18n.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext } from '../../i18n/use-i18n.ts'
import type { Session } from '../session/desk-session.ts'
import { SessionContext } from '../session/session-context.ts'
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
