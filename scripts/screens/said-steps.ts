/** The part of the tour in which what was said in a call is read. A scripted engine says what the fake microphones do not. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { databaseUrl } from '../runner/postgres.ts'
import { ROOT } from '../setup/project.ts'
import type { Stack } from '../test-env.ts'
import { button, type Step } from './acts.ts'

export const scriptedEngine = pathToFileURL(join(ROOT, 'scripts/screens/said.json')).href

const unfinished = `select 1 from call k where k.ended_at is not null and k.finalised_at is null
  and exists (select 1 from segment s where s.call_id = k.id)`
const wanted = `insert into transcript (call_id, conversation_id) select id, conversation_id from call
  where finalised_at is not null on conflict do nothing`

/** Has what was recorded written down once it is finished, as a queue that is set so would: the tour's calls are of no queue. */
export const writeDown = (stack: Pick<Stack, 'dataDir'>): Promise<void> =>
  inDatabase(stack, async (client) => {
    while ((await client.query(unfinished)).rows.length > 0) await delay(50)
    await client.query(wanted)
  })

/** As the last of many tries that have failed leaves it. */
export const giveUp = (stack: Pick<Stack, 'dataDir'>): Promise<void> =>
  inDatabase(stack, async (client) => {
    await client.query(`update transcript set state = 'failed', finished_at = now()`)
    await client.query(`insert into storage_fault (kind, words) values ('transcribing', 'the engine answers 503')
      on conflict (kind) do nothing`)
  })

async function inDatabase(
  { dataDir }: Pick<Stack, 'dataDir'>,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(join(dataDir, 'run', 'pg')) })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

export const saidSteps: Step[] = [
  {
    name: '23-said',
    routes: ['/desk/replay/:id'],
    who: ['reviewer'],
    go: async ({ reviewer, t }) => {
      const log = reviewer.getByRole('log', { name: t('replay.transcript'), exact: true })
      await reviewer.getByRole('checkbox', { name: t('replay.later'), exact: true }).check()
      const correct = log.getByRole('button', button(t('replay.correct')))
      // Asked for again every few seconds until it is written down.
      await correct.first().waitFor({ timeout: 30_000 })
      const editor = log.getByRole('textbox', { name: t('replay.correct'), exact: true })
      await correct.first().click()
      await editor.fill('Hello, is the oak chair in stock again?')
      await log.getByRole('button', button(t('replay.correctSave'))).click()
      await editor.waitFor({ state: 'hidden' })
      await log.locator('.written', { hasText: 'Hello, is the oak chair in stock again?' }).waitFor()
      await correct.last().click()
      await editor.waitFor()
    },
  },
]
