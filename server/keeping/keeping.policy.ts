/** What may go and what must stay. A legal hold beats all, then a duty to keep; a wish to be erased beats only what has no limit yet. */
import type { DataKind, KeepingRule, KeptTalk, Verdict } from './keeping.ts'

const DAY_MS = 86_400_000

/** `asked`: whether a rule is applied, or a person wants to be erased. */
export type Question = { data: DataKind; asked: 'rule' | 'erasure'; now: number }

export function verdict(rules: readonly KeepingRule[], talk: KeptTalk, question: Question): Verdict {
  const { data, asked, now } = question
  const { endedAt, held } = talk
  if (held) return { goes: false, why: 'held', until: null }
  if (endedAt === null) return { goes: false, why: 'open', until: null }
  const until = keptUntil(rules, { ...talk, endedAt }, data)
  if (until > now) return { goes: false, why: 'kept', until }
  if (asked === 'erasure') return { goes: true }
  const at = deleteAt(rules, { ...talk, endedAt }, data)
  return at !== null && at <= now ? { goes: true } : { goes: false, why: 'asLong', until: at }
}

type Ended = KeptTalk & { endedAt: number }

/** A duty follows it through every queue; a limit is that of the one where it ended. */
function concerns({ what, queueId, medium }: KeepingRule, talk: Ended): boolean {
  if (medium !== null && medium !== talk.medium) return false
  if (queueId === null || queueId === talk.queueId) return true
  return what === 'keep' && talk.queueIds.includes(queueId)
}

/**
 * The longest duty. A conversation stays as long as any part of it must: without it nobody finds the part. What there is not of it
 * keeps nothing.
 */
function keptUntil(rules: readonly KeepingRule[], talk: Ended, data: DataKind): number {
  const parts: readonly DataKind[] = data === 'conversation' ? ['conversation', ...talk.has] : [data]
  const duties = rules.filter(
    (rule) =>
      rule.what === 'keep' && concerns(rule, talk) && (rule.data === null || parts.includes(rule.data)),
  )
  return Math.max(Number.NEGATIVE_INFINITY, ...duties.map(({ days }) => talk.endedAt + days * DAY_MS))
}

/** The shortest limit; null: there is none. For a transcript the end of its recording is one. */
function deleteAt(rules: readonly KeepingRule[], talk: Ended, data: DataKind): number | null {
  const own = shortestLimit(rules, talk, data)
  const made = data === 'transcript' ? deleteAt(rules, talk, 'recording') : null
  if (made === null) return own
  const withIt = Math.max(made, keptUntil(rules, talk, 'recording'))
  return own === null ? withIt : Math.min(own, withIt)
}

function shortestLimit(rules: readonly KeepingRule[], talk: Ended, data: DataKind): number | null {
  const limits = rules.filter(
    (rule) => rule.what === 'delete' && concerns(rule, talk) && (rule.data === null || rule.data === data),
  )
  return limits.length === 0 ? null : Math.min(...limits.map(({ days }) => talk.endedAt + days * DAY_MS))
}
