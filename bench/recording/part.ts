import type { Options } from '../lib/bench.ts'
import type { Report } from '../lib/report.ts'

export type Found = Pick<Report, 'tables' | 'goals' | 'notes' | 'data'>

/** One of the questions that the bench answers. `folder` is for its files, and gone afterwards. */
export type Part = (options: Options, folder: string, say: (text: string) => void) => Promise<Found>
