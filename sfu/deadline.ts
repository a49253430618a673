import { NodeError } from './errors.ts'

/** Longest time a call to a media worker may take; the watchdog kills a hung worker soon after. */
export const WORKER_CALL_MS = 3000

/** Rejects with `unavailable` when `promise` takes longer: a hung worker neither answers nor rejects by itself. */
export async function withDeadline<T>(
  promise: Promise<T>,
  what: string,
  ms: number = WORKER_CALL_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NodeError('unavailable', `${what}: no answer in ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** After so long one would like to know what is waited for. */
const LATE_MS = 3_000

/** Waits however long it takes; calls `tell` if that is long. */
export async function tellIfLate<T>(promise: Promise<T>, tell: () => void): Promise<T> {
  const timer = setTimeout(tell, LATE_MS)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}
