/** What an entry tells beside what was and what is, and where it leads. */
import { type AuditEntry, BY_A_LINK, THE_VISITOR } from '../../../server/contract/configuration.ts'
import type { I18n } from '../../i18n/i18n.ts'
import { wallHour } from './keeping/wall-hour.ts'
import type { Difference } from './merge.ts'
import { addressOf } from './sections.ts'

const HOUR = 3_600_000
type Facts = Readonly<Record<string, unknown>>
type Told = Pick<AuditEntry, 'action' | 'facts'>

/** Who did it. Of whoever has a link nobody knows more than for whom it was made. */
export function whoDid({ person: { id, name } }: Pick<AuditEntry, 'person'>, t: I18n['t']): string {
  if (id === THE_VISITOR.id) return t('admin.theVisitor')
  if (id !== BY_A_LINK.id) return name
  return name === '' ? t('admin.byALink') : t('admin.byALinkFor', { name })
}

/** Places that were not anything before. */
const are = (places: Facts): Difference[] =>
  Object.entries(places).map(([path, after]) => ({ path, before: undefined, after }))

type Figures = I18n['n']

const readers: Partial<Record<AuditEntry['action'], (facts: Facts, n: Figures) => Difference[]>> = {
  classified: ({ from, to }) => [{ path: 'sensitivity', before: from, after: to }],
  grantedReplay: ({ to, hours }) => are({ grantedTo: to, grantedMs: Number(hours) * HOUR }),
  refusedReplay: ({ to }) => are({ grantedTo: to }),
  downloaded: ({ notes }) => are({ notes }),
  shared: ({ password }) => are({ password }),
  erased: ({ data }) => (data === undefined ? [] : are({ data })),
  changed: ({ daily }, n) => (daily === undefined ? [] : are({ daily: sayDaily(daily, n) })),
}

/** `n`: figures as the reader writes them. */
export const toldFacts = ({ action, facts }: Told, n: Figures): Difference[] =>
  facts === null ? [] : (readers[action]?.(facts, n) ?? [])

function sayDaily(daily: unknown, n: Figures): string | null {
  if (typeof daily !== 'object' || daily === null) return null
  const { hour, timeZone } = daily as { hour: number; timeZone: string }
  return `${wallHour(hour, n)} (${timeZone})`
}

export type Span = { from: number; to: number }

/** Which parts were played; or the one that was shared, or looked at by a link or from a review. Times in ms. */
export function spansIn({ action, facts }: Told): Span[] {
  const { spans, from, to } = facts ?? {}
  if (Array.isArray(spans)) return spans as Span[]
  return action !== 'classified' && typeof from === 'number' && typeof to === 'number' ? [{ from, to }] : []
}

/** Where what it is about is found; null: nowhere, or no longer. */
export function linkOf({ kind, subjectId, action, gone }: AuditEntry): string | null {
  if (gone || action === 'removed') return null
  return kind === 'conversation' ? `/replay/${subjectId}` : addressOf(kind, subjectId)
}
