/** What people do at the review desk, step by step, by the names that its controls have in the language that they read. */
import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { type Locale, words } from '../../../scripts/screens/look.ts'
import { v7 as newId } from 'uuid'
import { accessRule } from '../../access/testing.ts'
import type { ScorecardBody } from '../../contract/scorecard.ts'
import { eventually } from '../../../scripts/runner/testing.ts'
import type { Stage } from './stage.ts'

type Rows = Pick<Stage, 'rows'>

export async function publish({ rows }: Rows, body: ScorecardBody): Promise<void> {
  const [id, stored] = [newId(), JSON.stringify(body)]
  await rows(`insert into configuration values ('scorecard', $1, 1, $2)`, [id, stored])
  await rows(
    `insert into scorecard_version (id, scorecard_id, number, body, published_by) values ($1, $2, 1, $3, 'x')`,
    [newId(), id, stored],
  )
}

export async function letAgentsHear({ rows }: Rows): Promise<void> {
  const rule = JSON.stringify(accessRule({ roles: ['agent'], whose: 'own' }))
  await rows(`insert into configuration values ('accessRule', $1, 1, $2)`, [newId(), rule])
}

export async function hasEnded({ rows }: Rows, id: string): Promise<void> {
  await eventually('the conversation has ended', async () => {
    const [row] = await rows('select 1 from conversation where id = $1 and ended_at is not null', [id])
    return row
  })
}

export type Reader = { page: Page; t: ReturnType<typeof words>; url: string; locale: Locale }

const named = (name: string) => ({ name, exact: true })
const press = ({ page, t }: Reader, key: string) =>
  page
    .getByRole('button', named(t(key)))
    .first()
    .click()

/** From the next page on the desk speaks that language. */
export async function reads(page: Page, url: string, locale: Locale): Promise<Reader> {
  await page.evaluate(
    (to) => localStorage.setItem('parley.desk.preferences', JSON.stringify({ locale: to })),
    locale,
  )
  return { page, t: words(locale), url, locale }
}

export async function finds({ page, t, url }: Reader, typed: string, id: string): Promise<void> {
  await page.goto(`${url}/desk/replay`)
  const field = page.getByRole('textbox', named(t('find.words')))
  await field.fill(`${typed} zanzibar`)
  await page.getByRole('button', named(t('find.find'))).click()
  await page.getByText(t('find.noLine')).waitFor()
  await field.fill(typed)
  await field.press('Enter')
  const period = page.getByRole('combobox', named(t('find.period')))
  await period.selectOption({ label: t('find.period_yesterday') })
  await page.getByText(t('find.noLineSo')).waitFor()
  await period.selectOption({ label: t('find.period_days7') })
  const line = page.locator(`a[href*="/replay/${id}?seq="]`).first()
  await line.locator('mark').first().waitFor()
  await line.click()
  await page.locator('.highlighted').first().waitFor()
}

const second = async ({ page, t }: Reader) =>
  Number(await page.getByRole('slider', named(t('replay.seek'))).inputValue())

/** What is played is heard: the position goes by its sound. */
async function plays(reader: Reader): Promise<void> {
  const { page, t } = reader
  const from = await second(reader)
  await press(reader, 'replay.play')
  await page.getByRole('button', named(t('replay.pause'))).waitFor()
  await eventually('some of it has played', async () => (await second(reader)) > from, 30_000)
  await press(reader, 'replay.pause')
}

export async function replays(reader: Reader): Promise<void> {
  const { page, t } = reader
  for (const side of ['visitor', 'agent'])
    await page.getByRole('img', named(t(`replay.wave_${side}`))).waitFor()
  await page.getByRole('slider', named(t('replay.seek'))).fill('1')
  await page.getByRole('combobox', named(t('replay.speed'))).selectOption('2')
  await plays(reader)
  await page.getByRole('combobox', named(t('replay.speed'))).selectOption('1')
}

export async function setsRight({ page, t }: Reader, right: string): Promise<void> {
  const log = page.getByRole('log', named(t('replay.transcript')))
  await page.getByRole('checkbox', named(t('replay.later'))).check()
  await log
    .getByRole('button', named(t('replay.correct')))
    .first()
    .click()
  const editor = log.getByRole('textbox', named(t('replay.correct')))
  await editor.fill(right)
  await editor.press('Enter')
  await log.getByText(right).first().waitFor()
  await log.getByText(t('replay.heardAs')).first().waitFor()
}

export async function opens({ page, url, t }: Reader, id: string, query = ''): Promise<void> {
  await page.goto(`${url}/desk/replay/${id}${query}`)
  await page.getByRole('img', named(t('replay.wave_agent'))).waitFor()
}

/** Scores by the one question of that card, with a comment as evidence, and hands it in; once before there is an answer. */
export async function judges(reader: Reader, card: string, comment: string): Promise<void> {
  const { page, t } = reader
  await press(reader, 'judge.review')
  const panel = page.getByRole('region', named(t('judge.review')))
  await panel.getByRole('combobox', named(t('judge.scorecard'))).selectOption({ label: card })
  await press(reader, 'judge.start')
  const question = panel.getByRole('group', { name: 'Question 1' })
  // What is missing is said, and the focus is there.
  await press(reader, 'judge.submit')
  await question.locator('input:focus').waitFor()
  await question.getByRole('radio', named(t('judge.yes'))).check()
  await question.getByRole('button', named(t('judge.commentHere'))).click()
  await question.getByRole('textbox').last().fill(comment)
  await press(reader, 'judge.addComment')
  // Its words stand in the field before they are kept.
  await panel
    .getByRole('list', named(t('judge.comments')))
    .getByText(comment)
    .waitFor()
  await press(reader, 'judge.submit')
  await panel.getByRole('region', named(t('judge.history'))).waitFor()
}

/** The agent's side: hears what the comment is about, then all of it beside the review, and accepts the score. */
export async function hearsTheirReview(reader: Reader, card: string, comment: string): Promise<void> {
  const { page, t, url } = reader
  await page.goto(`${url}/desk/reviews/mine`)
  await page.getByRole('button', { name: card }).click()
  await page.getByText(comment).waitFor()
  await page
    .getByRole('list', named(t('judge.comments')))
    .getByRole('button')
    .click()
  await page.getByRole('dialog', named(t('judge.moment'))).waitFor()
  await plays(reader)
  await page.keyboard.press('Escape')
  await page.getByRole('link', named(t('replay.open'))).click()
  const panel = page.getByRole('region', named(t('judge.review')))
  await panel.getByText(comment).waitFor()
  await plays(reader)
  await press(reader, 'judge.acknowledge')
  await panel.getByText(t('judge.step_acknowledged')).waitFor()
  await page.getByRole('link', named(t('judge.openConversation'))).click()
  await page.getByRole('link', named(t('replay.open'))).waitFor()
}

/** As a file, and as a link that somebody without an account follows until it is revoked. */
export async function shares(reader: Reader, outside: Browser): Promise<void> {
  const { page, t, url, locale } = reader
  await press(reader, 'share.download')
  const fetched = page.waitForEvent('download')
  await page
    .getByRole('dialog')
    .getByRole('button', named(t('share.download')))
    .click()
  assert.match((await fetched).suggestedFilename(), /^parley-.+\.zip$/)
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await press(reader, 'share.clip')
  const dialog = page.getByRole('dialog')
  const whom = { en: 'Bahram', fa: 'بهرام', ru: 'Бахрам' }[locale]
  const address = dialog.getByLabel(t('share.clipUrl'))
  const makes = async () => {
    await dialog.getByLabel(t('share.clipFor')).fill(whom)
    await dialog.getByRole('button', named(t('share.clipMake'))).click()
    return await address.inputValue()
  }
  const link = await makes()
  await page.keyboard.press('Escape')
  const context = await outside.newContext()
  const stranger = { page: await context.newPage(), t, url, locale }
  await stranger.page.goto(link.replace('/clip#', `/clip?lang=${locale}#`))
  await stranger.page.getByText(whom).first().waitFor()
  await plays(stranger)
  await press(reader, 'share.clip')
  const revoke = page.getByRole('button', named(t('share.clipRevokeOf', { name: whom })))
  const question = page.getByRole('dialog', named(t('share.clipRevokeTitle')))
  await revoke.click()
  // One press is a question; without an answer the link stays good.
  await question.getByRole('button', named(t('desk.cancel'))).click()
  await stranger.page.reload()
  await plays(stranger)
  const revokes = async () => {
    await revoke.click()
    await question.getByRole('button', named(t('share.clipRevoke'))).click()
    await revoke.waitFor({ state: 'detached' })
  }
  await revokes()
  await stranger.page.reload()
  await stranger.page.getByText(t('share.seenGone')).waitFor()
  await makes()
  await revokes()
  // Of a link that is good no more the address is not offered on.
  await address.waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await context.close()
}
