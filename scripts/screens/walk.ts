import type { Page } from 'playwright-core'
import { film, visitorLooks } from '../pictures/camera.ts'
import type { StackOptions, Stack } from '../test-env.ts'
import { startStack } from '../test-env.ts'
import { isPhone, type Look } from './look.ts'
import { type Cast, gather, launch } from './people.ts'
import type { Step } from './acts.ts'
import { scriptedEngine } from './said-steps.ts'
import { tour } from './tour.ts'

export interface Sight {
  step: Step
  who: Step['who'][number]
  page: Page
  cast: Cast
}

/**
 * Walks the whole tour in one look, through a Parley of its own with real media. `see` is called for each page of each
 * state. What a step throws is passed to `trouble`; the walk then goes on, so that one broken state hides no other, and
 * ends where nothing is reached any more.
 */
export async function walk(
  look: Look,
  on: { see(sight: Sight): Promise<void>; trouble(step: Step, error: unknown, cast: Cast): Promise<void> },
  options: StackOptions = {},
): Promise<void> {
  // Every word after an end begins a new conversation, so that there are earlier ones.
  const env = { REOPEN_HOURS: '0', TRANSCRIBER_URL: scriptedEngine, ...options.env }
  const stack: Stack = await startStack({ ...options, env })
  // Smaller than what a browser makes up: three times fewer points to encode and to draw.
  const pictures = await film(visitorLooks, stack.dataDir, 'camera')
  const browser = await launch(undefined, [`--use-file-for-fake-video-capture=${pictures}`])
  const cast = await gather(browser, look, stack)
  try {
    let failed = 0
    for (const step of tour) {
      if (failed === 3) break
      if (step.windows && isPhone(look)) continue
      try {
        await step.go(cast)
        failed = 0
        for (const who of step.who) await on.see({ step, who, page: cast[who], cast })
      } catch (error) {
        failed++
        await on.trouble(step, error, cast)
      }
    }
  } finally {
    await cast.close()
    await browser.close()
    await stack.stop()
  }
}
