/** The parts of the tour in which what is said in a call is read, while it is said and afterwards. A scripted engine says what the fake microphones do not. */
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

const queueId = '01990000-0000-7000-8000-00000000cafe'
const media = (figure: unknown) => ({ chat: figure, voice: figure, video: figure })
const queue = {
  ...{ name: 'Captions', priority: 1, target: media({ share: 0.8, withinMs: 20_000 }), maxLength: null },
  ...{ offerMs: media(20_000), requires: [], prefers: [], rings: [], overflow: [], ageing: null },
  ...{ lastAgentMs: 0, hoursId: null, transcribe: true, captions: true },
}
const addQueue = `insert into configuration (kind, id, version, body) values ('queue', $1, 1, $2)`
const moveInto = `update conversation set state = jsonb_set(state, '{queueId}', $1::jsonb) where state -> 'call' <> 'null'`

/**
 * While `answers` the conversation with the call is in a queue whose calls have captions, which is all that the call's answer looks at;
 * afterwards it is where the tour's conversations are, in none.
 */
export async function withCaptions(
  { dataDir }: Pick<Stack, 'dataDir'>,
  answers: () => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(join(dataDir, 'run', 'pg')) })
  await client.connect()
  try {
    await client.query(addQueue, [queueId, JSON.stringify(queue)])
    await client.query(moveInto, [JSON.stringify(queueId)])
    await answers()
    await client.query(moveInto, ['null'])
    await client.query('delete from configuration where id = $1', [queueId])
  } finally {
    await client.end()
  }
}

/** During a call. */
export const captionSteps: Step[] = [
  {
    name: '12-captions',
    routes: ['/widget/panel', '/desk/c/:id/:earlier?'],
    who: ['visitor', 'agent'],
    go: async ({ panel, agent, t }) => {
      for (const page of [panel, agent]) {
        await page.getByRole('button', button(t('call.captions'))).click()
        await page
          .getByRole('log', button(t('call.captions')))
          .getByRole('paragraph')
          .first()
          .waitFor()
      }
    },
  },
  {
    name: '12-captions-off',
    routes: ['/widget/panel'],
    who: [],
    go: async ({ panel, agent, t }) => {
      for (const page of [panel, agent]) await page.getByRole('button', button(t('call.captions'))).click()
      await panel.getByRole('log', button(t('call.captions'))).waitFor({ state: 'hidden' })
    },
  },
]

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

/** As it stands once the files of a call are found to be gone. */
export const loseFiles = (stack: Pick<Stack, 'dataDir'>): Promise<void> =>
  inDatabase(stack, async (client) => {
    await client.query(`update call set lost_at = now(), lost_why = 'sealed'
      where id = (select id from call where ended_at is not null order by ended_at desc limit 1)`)
  })

export async function inDatabase(
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
