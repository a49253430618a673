import { createWorker } from 'mediasoup'
import type { types } from 'mediasoup'

const ANSWER_MS = 5_000

/** Starts the worker at `workerBin` and lets it answer one request. Throws with the reason when it does not. */
export async function checkAnswers(workerBin: string): Promise<void> {
  const worker = await startWorker(workerBin)
  try {
    await within(ANSWER_MS, 'The media worker started but does not answer', worker.getResourceUsage())
  } finally {
    worker.close()
  }
}

/** Starts a worker. Throws when it is not up in time. The caller closes it. */
export function startWorker(workerBin: string): Promise<types.Worker> {
  return within(ANSWER_MS, 'The media worker does not start', createWorker({ workerBin, logLevel: 'warn' }))
}

/** The outcome of `work`, or an error that begins with `failure` when it takes longer than `ms`. */
export async function within<T>(ms: number, failure: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${failure} within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
