import type { Staffing } from '../../server/routing/simulation/erlang.ts'

/** `contacts`: so many that the standard error is small enough; near full load waits hang together for hours. */
export type Case = { name: string; staffing: Staffing; contacts: number }

const of = (name: string, numbers: [number, number, number | null, number], thousands: number): Case => {
  const [perHour, handlingS, patienceS, agents] = numbers
  return { name, staffing: { perHour, handlingS, patienceS, agents }, contacts: thousands * 1000 }
}

/** Five that were published or computed elsewhere, and ten more: few and many agents, little and too much to do. */
export const cases: Case[] = [
  of('C, 14 agents (pyworkforce)', [200, 180, null, 14], 8500),
  of('A, 13 agents (pyworkforce)', [200, 180, 300, 13], 2400),
  of('C, 50 agents (Mandelbaum and Zeltyn)', [2880, 60, null, 50], 3000),
  of('A, 50 agents (Mandelbaum and Zeltyn)', [2880, 60, 120, 50], 1000),
  of('A, 24 agents, 20 erlang', [240, 300, 120, 24], 2600),
  of('C, 1 agent, half busy', [12, 150, null, 1], 600),
  of('A, 1 agent, half too much to do', [30, 180, 120, 1], 300),
  of('C, 2 agents', [32, 180, null, 2], 3000),
  of('C, 5 agents with little to do', [40, 180, null, 5], 4000),
  of('A, 5 agents', [90, 180, 180, 5], 500),
  of('A, 10 agents, hurried callers', [140, 180, 30, 10], 1000),
  of('C, 100 agents', [1104, 300, null, 100], 3000),
  of('A, 100 agents, as much as they can', [1200, 300, 600, 100], 600),
  of('C, 200 agents', [2280, 300, null, 200], 9000),
  of('A, 200 agents, a tenth too much', [2640, 300, 300, 200], 600),
]
