/** Holding, erasing and giving out what is stored of visitors. Times in ms. */
import * as z from 'zod/mini'
import { TimeZone } from './opening-hours.ts'
import { Id, text } from './words.ts'

const Reason = text(500, 3)
const Ids = z.array(Id).check(z.minLength(1), z.maxLength(50))

/** POST /api/desk/holds: everything of a visitor, or one conversation, stays until the hold is released. */
export const HoldInput = z.object({
  id: Id,
  of: z.enum(['visitor', 'conversation']),
  subject: Id,
  reason: Reason,
})
export type HoldInput = z.infer<typeof HoldInput>
/** POST /api/desk/holds/:id/release */
export const ReleaseInput = z.object({ reason: Reason })
/** GET /api/desk/holds: those that hold, newest first. */
export type HoldItem = {
  id: string
  of: 'visitor' | 'conversation'
  subject: string
  /** What the visitor is called; null where nobody knows. */
  name: string | null
  /** The conversation that is held, else the visitor's newest: without a name they are called by it. */
  talkId: string | null
  reason: string
  by: string
  at: number
}

/** GET /api/desk/privacy/visitors/:id/conversations: of one person, the newest 200. `held`: by a hold of its own. */
export type VisitorTalk = { id: string; startedAt: number; held: boolean }

/** GET /api/desk/privacy/visitors?q= answers `FoundVisitors`: by the beginning of an e-mail address or of the shop's id, part of a name, or an id. */
export const FindVisitors = z.object({ q: text(254, 2) })
export type FoundVisitor = {
  id: string
  name: string | null
  email: string | null
  externalId: string | null
  site: string
  since: number
  conversations: number
  /** The one that was looked for, else their newest: whoever has no name is called by it everywhere. */
  talkId: string | null
  lastAt: number | null
  held: boolean
}
/** The newest `MOST_FOUND`; `more`: there are others. */
export type FoundVisitors = { visitors: FoundVisitor[]; more: boolean }
export const MOST_FOUND = 50

/** POST /api/desk/privacy/erasures: these are one person's. `id` is made by who asks; asked again it is the same. */
export const ErasureInput = z.object({ id: Id, visitors: Ids, reason: Reason })
export type ErasureInput = z.infer<typeof ErasureInput>
/** POST /api/desk/privacy/exports: answers `{ url }`, where the ZIP is to be had within ten minutes. */
export const ExportInput = z.object({ visitors: Ids, reason: Reason })
export type ExportInput = z.infer<typeof ExportInput>
/** POST /api/desk/keeping/runs: applies the rules now. */
export const RunInput = z.object({ id: Id, reason: Reason })
export type RunInput = z.infer<typeof RunInput>

/** At that hour of each day, as the clock on the wall shows it there. */
const Daily = z.object({ hour: z.int().check(z.minimum(0), z.maximum(23)), timeZone: TimeZone })
/** PUT /api/desk/keeping/daily: the rules apply themselves once a day; null: only when somebody says so. */
export const DailyInput = z.object({ daily: z.nullable(Daily), reason: Reason })
export type DailyInput = z.infer<typeof DailyInput>
/** GET /api/desk/keeping/daily */
export type DailyState = { daily: z.infer<typeof Daily> | null }

/** GET /api/desk/keeping/jobs, newest first: those that are not done, and the newest 50. `waiting`: what must stay for now goes as soon as it may. */
export type KeepingJob = {
  id: string
  /** `daily`: the rules, by themselves. */
  kind: 'erasure' | 'retention' | 'daily'
  by: string
  at: number
  phase: 'removing' | 'purging' | 'waiting' | 'done'
  /** Steps of the phase. */
  done: number
  total: number
  /** Conversations and parts of them that are gone, and conversations that must stay. */
  removed: number
  kept: number
  /** When it looks again at what must stay. */
  dueAt: number | null
  finishedAt: number | null
  /** The code of what it failed by; it is tried again by itself. Null: it goes on, or is done. */
  fault: string | null
  /** Old files of the database's log are there still: they are not ours to retire, or something keeps them. */
  logLeft: boolean
}

/** POST /api/desk/keeping/preview: what all rules would remove now; `draft`: what this one by itself would. */
export const PreviewInput = z.object({ draft: z.optional(z.unknown()) })
export type KeepingPreview = {
  conversations: number
  recordings: number
  /** Calls whose transcript would go. */
  transcripts: number
  attachments: number
  /** Visitors of whom nothing else is stored, or would be then. */
  visitors: number
  /** That some rule would delete and a hold or a duty keeps. */
  kept: number
  /** The oldest that would go. */
  examples: { id: string; endedAt: number; name: string | null }[]
}
