/** Finding conversations: by what was said in them, by what they were. For those who may replay them. */
import * as z from 'zod/mini'
import type { Sensitivity } from '../access/access.ts'
import { happenings, type LineKind, periods } from '../search/search.ts'
import type { Visitor } from './events.ts'
import { Id, Locale, text, Time } from './words.ts'

/** Both ends belong to it; an end that is left out is open. */
const range = (most: number) => {
  const end = z.optional(z.number().check(z.minimum(0), z.maximum(most)))
  return z.optional(z.object({ from: end, to: end }))
}
const LONGEST_MS = 100 * 24 * 3_600_000
const share = range(1)

/** What a conversation must be. What is left out may be anything. */
export const FindFilter = z.object({
  /** It was going on at some time between them; of lines: when they were written. */
  from: z.optional(Time),
  to: z.optional(Time),
  /** Only this one. */
  conversation: z.optional(Id),
  agent: z.optional(Id),
  queue: z.optional(Id),
  site: z.optional(Id),
  disposition: z.optional(Id),
  medium: z.optional(z.enum(['text', 'voice', 'video', 'screen'])),
  language: z.optional(Locale),
  /** All of them. */
  events: z.optional(z.array(z.enum(happenings)).check(z.maxLength(happenings.length))),
  /** From the first event to the last, and the time in calls; ms. */
  length: range(LONGEST_MS),
  call: range(LONGEST_MS),
  /** Shares of the time in calls, 0 to 1. */
  hold: share,
  silence: share,
  overlap: share,
  /** Mean opinion score of the worst connection. */
  mos: range(5),
})
export type FindFilter = z.infer<typeof FindFilter>

/** What is looked for; it can be kept under a name. */
export const Search = z.object({
  /** Words that must all be in one line; `"side by side"`, `-without`. Empty: conversations by the filter alone. */
  words: text(200),
  /** Also words that are spelt alike. */
  alike: z.boolean(),
  /** `best`: the newest 10,000 lines found, the fullest of the words first. */
  order: z.enum(['newest', 'best']),
  filter: FindFilter,
})
export type Search = z.infer<typeof Search>

/** POST /api/replay/find. `before`: the `next` of the page before. */
export const FindInput = z.extend(Search, { before: z.optional(text(200)) })
export type FindInput = z.infer<typeof FindInput>

export type ConversationItem = {
  conversationId: string
  visitor: Visitor
  agents: { id: string; name: string }[]
  startedAt: number
  lastAt: number
  endedAt: number | null
  messages: number
  media: ('voice' | 'video' | 'screen')[]
  callMs: number
  recorded: boolean
}
/** Some of a line, with what was looked for in it. */
export type FoundLine = {
  kind: LineKind
  seq: number
  at: number
  /** Null: the visitor. */
  by: string | null
  text: string
  /** Where in `text`, UTF-16 units. */
  hits: [from: number, to: number][]
  /** Whether there is more of it before and after `text`. */
  cut: [before: boolean, after: boolean]
}
export type FoundConversation = ConversationItem & {
  lines: FoundLine[]
  sensitivity: Sensitivity
  /** Somebody must grant its replay first. */
  locked: boolean
}

export type Found = {
  items: FoundConversation[]
  next: string | null
  /** How many there are: lines, or conversations where no words are looked for. Only on the first page. `more`: at least so many. */
  count: { n: number; more: boolean } | null
  /** Nothing is as it was spelt, but these words, as they stand in the lines of this page, are spelt alike. */
  instead: string[]
  /** What was asked for is not there yet up to this instant: what lies before it is still to be looked through by `next`. */
  lookedBackTo: number | null
  /** Words were given, but none that is looked for: only such as must not be there, or no word at all. */
  wordless: boolean
}
/** Beyond that nobody counts. */
export const MOST_COUNTED = 10_000

/** GET /api/replay/filters: what there is to choose from. Dispositions by their names from the outermost on. */
export type FilterChoices = Record<
  'agents' | 'queues' | 'sites' | 'dispositions',
  { id: string; name: string }[]
>

const Day = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/))

/**
 * A search as it is kept. `days`, not the filter's instants, say when: they are those of the zone in which it is opened. Within one
 * conversation is looked where that is replayed: what is kept names none, which may be erased.
 */
export const KeptSearch = z.extend(Search, {
  filter: FindFilter.check(z.refine(({ conversation }) => conversation === undefined, 'a conversation')),
  days: z.optional(
    z.object({ period: z.optional(z.enum(periods)), from: z.optional(Day), to: z.optional(Day) }),
  ),
})
export type KeptSearch = z.infer<typeof KeptSearch>

/** PUT /api/replay/searches/:id. `ownerId`: whose it is, where a shared one that was removed is given back; the caller's without. */
export const SavedSearchInput = z.object({
  ...{ name: text(80, 1), shared: z.boolean(), search: KeptSearch },
  ownerId: z.optional(z.uuid()),
})
export type SavedSearchInput = z.infer<typeof SavedSearchInput>
/** GET /api/replay/searches. `own`: false for somebody else's that is shared. */
export type SavedSearch = Required<SavedSearchInput> & { id: string; own: boolean; by: string }
/** How many a person may keep. */
export const MOST_SAVED = 100
