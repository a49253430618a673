import type { RequestError } from '../../wire/request-error.ts'
import type { Identity } from '../messages.ts'

/** Tells the server who the shop says that they are, until it has heard it or will not have it. */
export function createNaming(say: (identity: Identity) => Promise<void>) {
  let named: Identity | null = null
  /** What could not be said yet. */
  let unsaid: Identity | null = null
  let later: ReturnType<typeof setTimeout> | undefined

  const name = async (identity: Identity | null): Promise<void> => {
    clearTimeout(later)
    named = identity
    unsaid = null
    if (!identity) return
    try {
      await say(identity)
    } catch (error) {
      const { code, retryAfterMs } = error as Partial<RequestError>
      if (code === 'notAllowed' || code === 'badInput') console.warn('Parley: identify was refused.', code)
      else if (named === identity) {
        unsaid = identity
        if (retryAfterMs) later = setTimeout(again, retryAfterMs)
      }
    }
  }
  /** There is a connection again. */
  const again = (): void => {
    if (unsaid) void name(unsaid)
  }
  return { name, again, forget: () => void name(null) }
}
