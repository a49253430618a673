import type { Stack } from '../../scripts/test-env.ts'
import {
  openDesk,
  openShop,
  type Person,
  type Role,
  startProcess,
} from '../../server/journeys/testing/people.ts'
import { beginCall, beginChat, settled, stepsIn } from '../../server/journeys/testing/talk.ts'
import { voices } from '../../client/media/testing/voices.ts'
import { longestHole } from '../../server/journeys/testing/tones.ts'
import type { Talk } from './talk.ts'

/** The demo shop and the desk in two Chromium processes, each with a voice of its own. */
export async function talkInBrowsers(stack: Stack): Promise<Talk> {
  const processes = await Promise.all([startProcess('visitor'), startProcess('agent')])
  const [near, far] = processes
  const visitor = await openShop(near.browser, stack)
  const agent = await openDesk(far.browser, stack, 'Sara')
  // A click before the desk is connected is refused.
  await agent.page.waitForLoadState('networkidle')
  await beginChat(visitor, agent)
  await beginCall(visitor, agent)
  return {
    settled: () => settled(visitor, agent),
    async gapSince(since) {
      const ears = await Promise.all([holeOf(visitor, 'agent', since), holeOf(agent, 'visitor', since)])
      return {
        gapMs: Math.max(...ears.map(({ gapMs }) => gapMs)),
        lagMs: Math.max(...ears.map(({ lagMs }) => lagMs)),
      }
    },
    async close() {
      await Promise.all(processes.map((one) => one.close()))
    },
  }
}

async function holeOf(person: Person, speaker: Role, since: number) {
  // A moment before, so that a hole's beginning is in it.
  const heard = await person.heard(since - 200)
  const hole = longestHole(stepsIn(heard, speaker), voices[speaker])
  return {
    gapMs: hole?.ms ?? Number.POSITIVE_INFINITY,
    lagMs: Math.max(0, ...heard.lags.map(({ ms }) => ms)),
  }
}
