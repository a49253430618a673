/** A recorded call that is watched again, and its figures for whoever reads the output. */
import type { Page } from 'playwright-core'
import type { ReplayIndex } from '../../../sfu/control/replay-index.ts'
import type { ReplayData } from '../../contract/http.ts'
import { InvalidMeasurement } from './measure.ts'
import { type Recorded, recordedIn } from './moments.ts'
import { installReplayMeter, takeWatched, type Watched } from './replay-meter.ts'
import { eventually, type Stage } from './stage.ts'
import { type Spread, spreadOf } from './sync-figures.ts'

/** The stage's only conversation, whose call is recorded as one. */
export async function openReplay(page: Page, stage: Stage): Promise<Recorded> {
  let indexes: ReplayIndex[] = []
  await installReplayMeter(page)
  page.on('response', async (answer) => {
    if (!/\/api\/replay\/[0-9a-f-]{36}$/.test(answer.url()) || !answer.ok()) return
    const { calls } = (await answer.json()) as ReplayData
    indexes = calls.flatMap(({ recording }) => (recording ? [recording.index] : []))
  })
  const [row] = await stage.rows<{ id: string }>('select id from conversation')
  await page.goto(`${stage.stack.url}/desk/replay/${row?.id}`)
  await page.getByRole('img', { name: 'Visitor’s voice', exact: true }).waitFor({ timeout: 60_000 })
  return recordedIn(await eventually('what the page was given', () => indexes.at(0)))
}

export const bubbleOf = (page: Page, text: string, state = '') =>
  page.getByRole('log').locator(`.bubble${state}`, { hasText: text })

export async function paceOf(page: Page, speed: number): Promise<void> {
  await page.getByRole('combobox', { name: 'Speed' }).selectOption(String(speed))
}

/** Plays from just before the words `from` until `ends` resolves. */
export async function watch(
  page: Page,
  { from, speed }: { from: string; speed: number },
  ends: () => Promise<void>,
): Promise<Watched> {
  const later = page.getByRole('checkbox', { name: 'Show what comes later' })
  await later.check()
  await bubbleOf(page, from)
    .getByRole('button', { name: /^Go to/ })
    .click()
  await later.uncheck()
  await paceOf(page, speed)
  await takeWatched(page)
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await ends()
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  return takeWatched(page)
}

/** Writes the figures down. Of fewer than `enough` moments they say nothing. */
export function told(what: string, values: readonly number[], enough: number): Spread {
  const spread = spreadOf(values)
  const figures = Object.entries(spread).map(([name, value]) => `${name} ${Math.round(value)}`)
  process.stdout.write(`    ${what}: ${figures.join(', ')} ms\n`)
  if (!(spread.count >= enough)) throw new InvalidMeasurement(`only ${spread.count} moments of ${what}`)
  return spread
}
