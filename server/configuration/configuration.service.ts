/** Changing the configuration: each change is checked against the rest, written with its audit entry and then told. */
import { isDeepStrictEqual } from 'node:util'
import { writeAudit } from '../audit/audit.store.ts'
import type { StaffCaller } from '../caller/caller.ts'
import {
  type ConfigurationBody,
  configurationBodies,
  type ConfigurationItem,
  type ConfigurationKind,
} from '../contract/configuration.ts'
import { AppError, type Named } from '../contract/errors.ts'
import type { Deps } from '../deps.ts'
import { tryRule } from '../masking/try.policy.ts'
import { may, type Permission } from '../permission/permission.ts'
import { inTransaction, onCommit, type Transaction } from '../storage/database.ts'
import { type AnyItem, type Fault, faultOf, referencesOf } from './configuration.policy.ts'
import {
  deleteConfiguration,
  findConfiguration,
  listConfiguration,
  lockConfiguration,
  writeConfiguration,
} from './configuration.store.ts'

type D = Pick<Deps, 'db' | 'bus'>

const needed: Record<ConfigurationKind, Permission> = {
  team: 'configureTeams',
  skill: 'configureTeams',
  profile: 'configureTeams',
  hours: 'configureRouting',
  queue: 'configureRouting',
  awayReason: 'configureRouting',
  disposition: 'configureRouting',
  cannedReply: 'configureReplies',
  form: 'configureRouting',
  site: 'manageSites',
  scorecard: 'configureReviews',
  samplingRule: 'configureReviews',
  mask: 'configureMasking',
  keepingRule: 'manageKeeping',
  accessRule: 'configureAccess',
}

/** Read by those alone who may change them. */
const closed: ReadonlySet<ConfigurationKind> = new Set([
  'profile',
  'site',
  'scorecard',
  'samplingRule',
  'mask',
  'keepingRule',
  'accessRule',
])

function assertMayChange(caller: StaffCaller, kind: ConfigurationKind): void {
  if (!may(caller.role, needed[kind])) throw new AppError('notAllowed', 'Your role does not allow this')
}

/** What people can do is for those who plan it, and so on; the rest is what every desk works with. */
export async function readConfiguration<K extends ConfigurationKind>(
  { db }: Pick<D, 'db'>,
  caller: StaffCaller,
  kind: K,
): Promise<ConfigurationItem<K>[]> {
  if (closed.has(kind)) assertMayChange(caller, kind)
  return await listConfiguration(db, kind)
}

/**
 * Creates (`version` 0) or changes an item. The same change again is answered as before; `conflict` when somebody else has
 * changed it meanwhile or it does not fit in, `badInput` for a body that is none.
 */
export async function saveItem(
  d: D,
  caller: StaffCaller,
  input: { kind: ConfigurationKind; id: string; version: number; body: unknown },
): Promise<ConfigurationItem> {
  const { kind, id, version } = input
  assertMayChange(caller, kind)
  const item = itemOf(kind, id, input.body)
  if ('message' in item) throw refusal('badInput', item)
  return await inTransaction(d.db, async (trx) => {
    const held = await lockConfiguration(trx)
    const before = await findConfiguration(trx, kind, id)
    if (before && isDeepStrictEqual(before.body, item.body)) return before
    if ((before?.version ?? 0) !== version) throw outdated()
    const fault = faultOf(item, held)
    if (fault !== null) throw refusal('conflict', fault)
    await write(trx, d, caller, [{ item, before: before?.body ?? null }], before ? 'changed' : 'created')
    const saved = await findConfiguration(trx, kind, id)
    if (!saved) throw new AppError('internal', 'What was written is not there')
    return saved
  })
}

/** Removes an item that nothing refers to. One that is gone already is no error. */
export async function removeItem(
  d: D,
  caller: StaffCaller,
  { kind, id, version }: { kind: ConfigurationKind; id: string; version: number },
): Promise<void> {
  assertMayChange(caller, kind)
  await inTransaction(d.db, async (trx) => {
    const held = await lockConfiguration(trx)
    const before = await findConfiguration(trx, kind, id)
    if (!before) return
    if (before.version !== version) throw outdated()
    const users = held.items.filter((other) =>
      referencesOf(other).some((one) => one.kind === kind && one.id === id),
    )
    if (users.length > 0) throw inUse(await named(trx, users))
    if (kind === 'queue') await assertEmpty(trx, id)
    if (!(await deleteConfiguration(trx, { kind, id }))) throw inUse([{ kind: 'visitor', id, name: '' }])
    const removed = { action: 'removed', kind, subjectId: id, before: before.body, after: null } as const
    await writeAudit(trx, caller, [removed])
    onCommit(trx, () => d.bus.emit('configured', { kinds: [kind] }))
  })
}

/** Conversations that are not over have entered through it. */
async function assertEmpty(trx: Transaction, queueId: string): Promise<void> {
  const open = await trx
    .selectFrom('conversation')
    .select('id')
    .where('queue_id', '=', queueId)
    .where('phase', '<>', 'ended')
    .executeTakeFirst()
  if (open) throw inUse([{ kind: 'conversation', id: open.id, name: '' }])
}

const outdated = () =>
  new AppError('conflict', 'Somebody else has changed it', { detail: { reason: 'version' } })

const refusal = (code: 'badInput' | 'conflict', { message, ...detail }: Fault) =>
  new AppError(code, message, { detail })

const inUse = (usedBy: Named[]) =>
  new AppError('conflict', `It is in use (${usedBy[0]?.kind ?? ''})`, {
    detail: { reason: 'inUse', usedBy: usedBy.slice(0, MOST_NAMED) },
  })

/** Of those in the way more would not be read. */
const MOST_NAMED = 20

/** What people call the items: a profile is called as its person is. */
async function named(trx: Transaction, items: AnyItem[]): Promise<Named[]> {
  const people = await trx.selectFrom('person').select(['id', 'name']).execute()
  const names = new Map(people.map(({ id, name }) => [id, name]))
  return items.map(({ kind, id, body }) => ({
    ...{ kind, id },
    name: 'name' in body ? body.name : (names.get(id) ?? ''),
  }))
}

/** The item, or what is wrong with its body. */
export function itemOf(kind: ConfigurationKind, id: string, body: unknown): AnyItem | Fault {
  const parsed = configurationBodies[kind].safeParse(body)
  if (parsed.success) return wellMade({ kind, id, body: parsed.data as ConfigurationBody } as AnyItem)
  const field = parsed.error.issues[0]?.path.join('.').slice(0, 100)
  if (!field) return { reason: 'invalid', message: 'The input is wrong' }
  return { reason: 'invalid', message: `${field} is missing or wrong`, field }
}

/** What a schema cannot tell. */
function wellMade(item: AnyItem): AnyItem | Fault {
  if (item.kind !== 'mask') return item
  const { fault } = tryRule({ rule: item.body, text: '' })
  return fault === null ? item : { reason: 'invalid', message: fault, field: 'pattern' }
}

/** Writes the changes with their audit entries; told after the commit. */
export async function write(
  trx: Transaction,
  d: Pick<D, 'bus'>,
  caller: StaffCaller,
  changes: { item: AnyItem; before: ConfigurationBody | null }[],
  action: 'created' | 'changed' | 'imported',
): Promise<void> {
  for (const { item } of changes) await writeConfiguration(trx, item)
  await writeAudit(
    trx,
    caller,
    changes.map(({ item: { kind, id, body }, before }) => ({
      ...{ action, kind, subjectId: id, before, after: body },
    })),
  )
  const kinds = [...new Set(changes.map(({ item }) => item.kind))]
  onCommit(trx, () => d.bus.emit('configured', { kinds }))
}
