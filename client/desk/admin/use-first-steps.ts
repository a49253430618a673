import { useEffect, useState } from 'react'
import type { FirstStep, FirstSteps, FirstStepsInput } from '../../../server/contract/first-steps.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'

export type Steps = {
  /** Null: not known yet, or not for this person. */
  now: FirstSteps | null
  skip(step: FirstStep, skipped: boolean): void
  finish(): void
}

const ADDRESS = '/api/desk/first-steps'

/** How far the installation is; asked again each time that `place` changes, since what is done is done elsewhere. */
export function useFirstSteps(allowed: boolean, place: string): Steps {
  const session = useSession()
  const fail = useFail()
  const [now, setNow] = useState<FirstSteps | null>(null)
  const take = async (answer: Promise<Response>) => setNow((await (await answer).json()) as FirstSteps)
  useEffect(() => {
    if (allowed) take(session.fetch(ADDRESS)).catch(fail)
  }, [session, allowed, place])
  const send = (input: FirstStepsInput) => {
    const headers = { 'content-type': 'application/json' }
    take(session.fetch(ADDRESS, { method: 'POST', headers, body: JSON.stringify(input) })).catch(fail)
  }
  return {
    now,
    skip: (step, skipped) => send({ skip: step, skipped }),
    finish: () => send({ finished: true }),
  }
}
