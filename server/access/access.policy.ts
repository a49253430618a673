/** Who may hear which conversation, by the rules of the operator. Pure. */
import type { AccessRule } from '../contract/access.ts'
import type { Role } from '../contract/desk.ts'
import { may } from '../permission/permission.ts'
import { type Sensitivity, sensitivities, type Verdict } from './access.ts'

export const rankOf = (sensitivity: Sensitivity): number => sensitivities.indexOf(sensitivity)

/** More than any rank: nothing is that sensitive. */
const NEVER = sensitivities.length

/** One thing that somebody is allowed: those conversations, up to that rank, and below which rank without asking. */
export type Term = {
  /** Of any of these; null: each. */
  agents: readonly string[] | null
  queues: readonly string[] | null
  upTo: number
  askFrom: number
  unmasked: boolean
}

/** Everything that somebody is allowed, and what of it depends on the queues as they are configured now. */
export type Access = {
  terms: readonly Term[]
  /** Ranks of queues that are more than normal. */
  ranks: ReadonlyMap<string, number>
  /** Queues whose conversations nobody hears without a grant. */
  asking: readonly string[]
  /** Only of what has ended: to whom it does not go on, it is told afterwards or not at all. */
  overOnly: boolean
}

export type AccessPerson = { personId: string; role: Role }
type Configured = {
  rules: readonly AccessRule[]
  /** Everybody's team, as it is now. */
  teams: ReadonlyMap<string, string | null>
  queues: readonly { id: string; sensitivity: Sensitivity; approval: boolean }[]
}

export function accessFor(person: AccessPerson, { rules, teams, queues }: Configured): Access {
  const team = teams.get(person.personId) ?? null
  const mine = rules.filter(
    (rule) =>
      (rule.roles as readonly Role[]).includes(person.role) &&
      (rule.teams.length === 0 || (team !== null && rule.teams.includes(team))),
  )
  const colleagues = team === null ? [] : [...teams].flatMap(([id, its]) => (its === team ? [id] : []))
  const own = [person.personId]
  const seesAll = may(person.role, 'seeAll')
  const agentsOf = { own, team: colleagues, queues: null, all: null }
  return {
    terms: mine.map((rule) => ({
      agents: seesAll ? agentsOf[rule.whose] : own,
      queues: rule.whose === 'queues' ? rule.queues : null,
      upTo: rankOf(rule.upTo),
      askFrom: rule.askFrom === null ? NEVER : rankOf(rule.askFrom),
      unmasked: rule.unmasked,
    })),
    ranks: new Map(
      queues.flatMap(({ id, sensitivity }) => (sensitivity === 'normal' ? [] : [[id, rankOf(sensitivity)]])),
    ),
    asking: queues.flatMap(({ id, approval }) => (approval ? [id] : [])),
    overOnly: !seesAll,
  }
}

/** Of a conversation: every queue it was in, every agent who had it. */
export type AccessFacts = {
  queues: readonly string[]
  agents: readonly string[]
  /** Whether it has ended. */
  over: boolean
  /** The rank set by hand; null: the highest of its queues. */
  byHand: number | null
  /** Whether this person holds a grant that has not run out. */
  granted: boolean
}

export const rankIn = ({ queues, byHand }: Pick<AccessFacts, 'queues' | 'byHand'>, { ranks }: Access) =>
  byHand ?? Math.max(0, ...queues.map((id) => ranks.get(id) ?? 0))

const meets = (one: readonly string[] | null, other: readonly string[]): boolean =>
  one === null || one.some((id) => other.includes(id))

/** The terms under which it is theirs to hear, or to ask for. */
const covering = (access: Access, facts: AccessFacts): Term[] =>
  access.terms.filter(
    ({ agents, queues, upTo }) =>
      (facts.over || !access.overOnly) &&
      rankIn(facts, access) <= upTo &&
      meets(agents, facts.agents) &&
      meets(queues, facts.queues),
  )

export function verdictOf(access: Access, facts: AccessFacts): Verdict {
  const terms = covering(access, facts)
  if (terms.length === 0) return 'no'
  if (facts.granted) return 'yes'
  const rank = rankIn(facts, access)
  const freely = terms.some(({ askFrom }) => rank < askFrom)
  return freely && !meets(access.asking, facts.queues) ? 'yes' : 'ask'
}

/** Whether hidden words of it are theirs to read, as far as rules go. */
export const unmasks = (access: Access, facts: AccessFacts): boolean =>
  verdictOf(access, facts) === 'yes' && covering(access, facts).some(({ unmasked }) => unmasked)

/** Whether everything is allowed, so that nothing need be looked at. `asking`: being able to ask for it is enough. */
export const isAll = ({ terms, asking, overOnly }: Access, level: 'yes' | 'ask'): boolean =>
  !overOnly &&
  terms.some(
    ({ agents, queues, upTo, askFrom }) =>
      agents === null &&
      queues === null &&
      upTo === NEVER - 1 &&
      (level === 'ask' || (askFrom === NEVER && asking.length === 0)),
  )

/**
 * Agents and queues one of which whatever they hear or may ask for has, to be looked for first where these are few. Null: there is
 * a rule that does not go by them.
 */
export function partiesOf({ terms }: Access): { agents: string[]; queues: string[] } | null {
  const agents = new Set<string>()
  const queues = new Set<string>()
  for (const term of terms) {
    if (term.agents === null && term.queues === null) return null
    for (const id of term.agents ?? []) agents.add(id)
    for (const id of term.agents === null ? (term.queues ?? []) : []) queues.add(id)
  }
  return { agents: [...agents], queues: [...queues] }
}
