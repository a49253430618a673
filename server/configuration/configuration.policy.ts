/** What makes an item fit into the configuration that it is to join. Pure. */
import type { FailureDetail } from '../contract/errors.ts'
import type { ConfigurationBody, ConfigurationKind } from '../contract/configuration.ts'

/** Any item: the kind says which shape the body has. */
export type AnyItem = {
  [K in ConfigurationKind]: { kind: K; id: string; body: ConfigurationBody<K> }
}[ConfigurationKind]

/** `field`: where in the body it is named. */
export type Reference = { kind: ConfigurationKind | 'person'; id: string; field?: string }

export type Held = {
  has(reference: Reference): boolean
  all<K extends ConfigurationKind>(kind: K): Extract<AnyItem, { kind: K }>[]
}

/** What the item needs to exist. */
export function referencesOf(item: AnyItem): Reference[] {
  switch (item.kind) {
    case 'queue': {
      const { requires, prefers, rings, overflow, hoursId } = item.body
      return [
        ...requires.map(({ skill }, at) => one('skill', skill, `requires.${at}.skill`)),
        ...prefers.map(({ skill }, at) => one('skill', skill, `prefers.${at}.skill`)),
        ...rings.flatMap(({ drop }, at) => drop.map((id) => one('skill', id, `rings.${at}.drop`))),
        ...overflow.map(({ toQueueId }, at) => one('queue', toQueueId, `overflow.${at}.toQueueId`)),
        ...optional('hours', hoursId, 'hoursId'),
      ]
    }
    case 'profile':
      return [
        { kind: 'person', id: item.id },
        ...optional('team', item.body.teamId, 'teamId'),
        ...item.body.skills.map(({ skill }, at) => one('skill', skill, `skills.${at}.skill`)),
        ...item.body.queues.map(({ queueId }, at) => one('queue', queueId, `queues.${at}.queueId`)),
      ]
    case 'disposition':
      return optional('disposition', item.body.parentId, 'parentId')
    case 'site':
      return [
        ...optional('queue', item.body.queueId, 'queueId'),
        ...Object.entries(item.body.forms).flatMap(([purpose, id]) =>
          optional('form', id, `forms.${purpose}`),
        ),
      ]
    case 'samplingRule':
      return samplingReferences(item.body)
    case 'keepingRule':
      return optional('queue', item.body.queueId, 'queueId')
    case 'accessRule':
      return [
        ...item.body.teams.map((id) => one('team', id, 'teams')),
        ...item.body.queues.map((id) => one('queue', id, 'queues')),
      ]
    case 'team':
    case 'skill':
    case 'hours':
    case 'awayReason':
    case 'cannedReply':
    case 'form':
    case 'scorecard':
    case 'mask':
      return []
  }
}

function samplingReferences({
  scorecardId,
  reviewers,
  filter,
}: ConfigurationBody<'samplingRule'>): Reference[] {
  const all = (kind: 'queue' | 'team' | 'disposition', ids: readonly string[], field: string) =>
    ids.map((id) => one(kind, id, `filter.${field}`))
  return [
    one('scorecard', scorecardId, 'scorecardId'),
    ...reviewers.map((id): Reference => ({ kind: 'person', id, field: 'reviewers' })),
    ...all('queue', filter.queues, 'queues'),
    ...all('team', filter.teams, 'teams'),
    ...all('disposition', filter.dispositions, 'dispositions'),
  ]
}

const one = (kind: ConfigurationKind, id: string, field: string): Reference => ({ kind, id, field })
const optional = (kind: ConfigurationKind, id: string | null, field: string): Reference[] =>
  id === null ? [] : [one(kind, id, field)]

/** `message` is for people; the rest says it to a form. */
export type Fault = Pick<FailureDetail, 'reason' | 'field'> & { message: string }

const fault = (reason: Fault['reason'], message: string, field?: string): Fault => ({
  ...{ reason, message },
  ...(field === undefined ? {} : { field }),
})

/** Why the item cannot stand among the others; null when it can. */
export function faultOf(item: AnyItem, held: Held): Fault | null {
  const missing = referencesOf(item).find((reference) => !held.has(reference))
  if (missing) {
    return fault('missing', `It names something that does not exist (${missing.kind})`, missing.field)
  }
  if (isNameTaken(item, held)) return fault('taken', 'The name is taken', 'name')
  if (item.kind === 'queue') {
    const at = item.body.overflow.findIndex(({ toQueueId }) => toQueueId === item.id)
    if (at >= 0) return fault('cycle', 'A queue cannot overflow into itself', `overflow.${at}.toQueueId`)
  }
  if (item.kind === 'site' || item.kind === 'form') return misusedForm(item, held)
  if (item.kind === 'disposition' && isItsOwnAncestor(item, held)) {
    return fault('cycle', 'It would stand under itself', 'parentId')
  }
  return null
}

/** A form serves the occasion that it was made for. */
function misusedForm(item: Extract<AnyItem, { kind: 'site' | 'form' }>, held: Held): Fault | null {
  const purposes = new Map(held.all('form').map(({ id, body }) => [id, body.purpose]))
  if (item.kind === 'form') purposes.set(item.id, item.body.purpose)
  const sites = item.kind === 'site' ? [item] : held.all('site')
  for (const { body } of sites) {
    for (const [purpose, id] of Object.entries(body.forms)) {
      if (id === null || purposes.get(id) === purpose) continue
      if (item.kind === 'site')
        return fault('invalid', 'The form is for another occasion', `forms.${purpose}`)
      if (id === item.id) return fault('inUse', `A site shows it on another occasion`, 'purpose')
    }
  }
  return null
}

/** One spelling for a name, whatever case or composition it is typed in. */
const normal = (name: string): string => name.normalize('NFKC').trim().toLowerCase()

/** Within which its name is the only one of its kind. */
function shelfOf(item: AnyItem): string | null {
  if (item.kind === 'disposition') return item.body.parentId
  if (item.kind === 'cannedReply') return `${item.body.language ?? ''} ${normal(item.body.folder)}`
  return null
}

function isNameTaken(item: AnyItem, held: Held): boolean {
  // People are told apart by their logins, sites by their origins.
  if (item.kind === 'profile' || item.kind === 'site') return false
  const { name } = item.body
  const shelf = shelfOf(item)
  return (held.all(item.kind) as Exclude<AnyItem, { kind: 'profile' | 'site' }>[]).some(
    (other) => other.id !== item.id && normal(other.body.name) === normal(name) && shelfOf(other) === shelf,
  )
}

function isItsOwnAncestor(item: Extract<AnyItem, { kind: 'disposition' }>, held: Held): boolean {
  const parents = new Map(held.all('disposition').map(({ id, body }) => [id, body.parentId]))
  parents.set(item.id, item.body.parentId)
  const seen = new Set<string>()
  for (let id: string | null = item.id; id !== null; id = parents.get(id) ?? null) {
    if (seen.has(id)) return true
    seen.add(id)
  }
  return false
}
