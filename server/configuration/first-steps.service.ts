/** How far a new installation has been set up. What is done is seen from the rows; what was skipped is remembered. */
import type { Config } from '../config.ts'
import { FirstStep, type FirstSteps, type FirstStepsInput } from '../contract/first-steps.ts'
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'

type Remembered = { skipped: FirstStep[]; finished: boolean }

export async function firstSteps(
  db: Database | Transaction,
  config: Pick<Config, 'demo'>,
): Promise<FirstSteps> {
  const { skipped, finished } = await remembered(db)
  const done = await whatIsDone(db)
  const steps = FirstStep.options.map((name) => ({ name, done: done[name], skipped: skipped.includes(name) }))
  const open = steps.some((step) => !step.done && !step.skipped)
  // Whoever tries the demo has everything before them already.
  return { offered: !config.demo && !finished && open && !(done.site && done.queue), steps }
}

/** Remembers that a step is to be skipped (or not), or that one is through. */
export async function rememberSteps(
  db: Database,
  config: Pick<Config, 'demo'>,
  input: FirstStepsInput,
): Promise<FirstSteps> {
  return await inTransaction(db, async (trx) => {
    await trx.selectFrom('installation').select('id').forUpdate().execute()
    const { skipped, finished } = await remembered(trx)
    const others = 'skip' in input ? skipped.filter((one) => one !== input.skip) : skipped
    const next: Remembered = {
      skipped: 'skip' in input && input.skipped ? [...others, input.skip] : others,
      finished: finished || 'finished' in input,
    }
    await trx
      .updateTable('installation')
      .set({ first_steps: JSON.stringify(next) })
      .execute()
    return await firstSteps(trx, config)
  })
}

async function remembered(db: Database | Transaction): Promise<Remembered> {
  const row = await db.selectFrom('installation').select('first_steps').executeTakeFirst()
  const { skipped = [], finished = false } = (row?.first_steps ?? {}) as Partial<Remembered>
  return { skipped, finished }
}

async function whatIsDone(db: Database | Transaction): Promise<Record<FirstStep, boolean>> {
  const site = await db.selectFrom('site').select('id').limit(1).executeTakeFirst()
  const queue = await db
    .selectFrom('configuration')
    .select('id')
    .where('kind', '=', 'queue')
    .limit(1)
    .executeTakeFirst()
  const people = await db.selectFrom('person').select('id').where('disabled', '=', false).limit(2).execute()
  const visitor = await db.selectFrom('visitor').select('id').limit(1).executeTakeFirst()
  return { site: !!site, queue: !!queue, people: people.length > 1, widget: !!visitor }
}
