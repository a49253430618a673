import type { KeepingJob } from '../../../../server/contract/keeping.ts'

/** Whether one of them may change by itself: what waits goes on as soon as a hold is released. */
export const underWay = (jobs: readonly Pick<KeepingJob, 'phase'>[]): boolean =>
  jobs.some(({ phase }) => phase !== 'done')
