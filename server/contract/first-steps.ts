/** What a new installation needs before visitors can be served, as one is led through it. */
import * as z from 'zod/mini'

export const FirstStep = z.enum(['site', 'queue', 'people', 'widget'])
export type FirstStep = z.infer<typeof FirstStep>

/** GET /api/desk/first-steps. `done` follows from what there is. */
export type FirstSteps = {
  /** Whether to lead there without being asked: nothing is set up yet, and nobody has said that they are through. */
  offered: boolean
  steps: { name: FirstStep; done: boolean; skipped: boolean }[]
}

/** POST of it, answered the same way. */
export const FirstStepsInput = z.union([
  z.object({ skip: FirstStep, skipped: z.boolean() }),
  z.object({ finished: z.literal(true) }),
])
export type FirstStepsInput = z.infer<typeof FirstStepsInput>
