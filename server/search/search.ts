/** The words of finding: which lines are looked through, and what may have happened in a conversation. */

/** What a line is, by the number that it is stored under. */
export const lineKinds = { message: 1, note: 2, spoken: 3 } as const
export type LineKind = keyof typeof lineKinds

/** Things that happen in some conversations and that one looks for. */
export const happenings = [
  'held',
  'transferred',
  'colleague',
  'guest',
  'supervised',
  'callback',
  'voicemail',
  'weakConnection',
  'connectionLost',
  'offerMissed',
  'abandoned',
  'reopened',
  'unrecorded',
] as const
export type Happening = (typeof happenings)[number]

/** Days that are counted back from the one on which somebody looks: today, yesterday, the last 7 and the last 30 with today. */
export const periods = ['today', 'yesterday', 'days7', 'days30'] as const
export type Period = (typeof periods)[number]

/** What a conversation was, as far as one filters by it. Shares are of the time in calls, 0 to 1; null: not known. */
export type Facts = {
  facets: string[]
  lengthMs: number
  callMs: number
  hold: number | null
  silence: number | null
  overlap: number | null
  /** Mean opinion score of the worst connection, 1 to 4.4. */
  mos: number | null
}

/** What may be asked of a conversation exactly; each value is the facet's end. */
export type FacetName = 'agent' | 'queue' | 'site' | 'medium' | 'disposition' | 'language' | 'event'
export const facet = (name: FacetName, value: string): string => `${name}:${value}`

/** What counts as talking, silence and talking over, by one byte of a recording's peaks a step: for finding and for the replay. */
export const talking = {
  /** About 30 dB below full scale: above it somebody speaks. */
  level: 8,
  /** A shorter pause is part of talking, a shorter overlap is a nod. */
  silenceMs: 3_000,
  overlapMs: 500,
} as const
