/** Whether a conversation may be seen, which a thread by itself would only find out by asking for ever. */
import { computed, type ReadableAtom } from 'nanostores'
import type { ThreadPort } from '../model/port.ts'
import type { ThreadView } from '../model/thread.ts'
import { failureOf } from '../wire/request-error.ts'

/**
 * `tell`: whether it is gone, at each answer that says so. As long as it is, the thread asks no more by itself, but whenever it is
 * resumed.
 */
export function watchSight(port: ThreadPort, tell: (gone: boolean) => void): ThreadPort {
  let gone = false
  const know = (now: boolean) => {
    gone = now
    tell(now)
  }
  return {
    ...port,
    isOnline: () => !gone && port.isOnline(),
    async resume(input) {
      try {
        const answer = await port.resume(input)
        know(false)
        return answer
      } catch (error) {
        if (failureOf(error).code === 'notFound') know(true)
        throw error
      }
    },
  }
}

/** What of a thread is so now. Where it is gone, it was not told how its call went on: for this agent there is none any more. */
export const inSight = (
  $view: ReadableAtom<ThreadView>,
  $gone: ReadableAtom<boolean>,
): ReadableAtom<ThreadView> =>
  computed([$view, $gone], (view, gone) => (gone ? { ...view, state: { ...view.state, call: null } } : view))
