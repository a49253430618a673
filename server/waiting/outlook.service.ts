/** What visitors are told before they are answered: who is there, their place, and what they can do instead of waiting. */
import type { Outlook, Team } from '../contract/waiting.ts'
import type { VisitorCaller } from '../caller/caller.ts'
import { clockOf } from '../conversation/conversation.store.ts'
import type { Deps } from '../deps.ts'
import { openingsBetween } from '../hours/hours.policy.ts'
import { hoursOfQueue } from '../hours/hours.store.ts'
import { EVERYBODYS } from '../routing/default-queue.policy.ts'
import type { Past } from '../routing/forecast.policy.ts'
import { loadSnapshot } from '../routing/routing.store.ts'
import type { Snapshot } from '../routing/routing.ts'
import { type InHand, recentPatience, withUsual } from '../routing/wait.policy.ts'
import type { Database } from '../storage/database.ts'
import { expiryAt, opensFrom } from './callback.policy.ts'
import { callbackOf } from './callback.store.ts'
import { heldNow, recentContacts } from './contact.store.ts'
import { formsOfSite } from './form.store.ts'
import { gateAt } from './gate.policy.ts'
import { gateFacts } from './gate.store.ts'
import { standingOf } from './outlook.store.ts'
import { placesOf, rivalsOf, type Told } from './place.policy.ts'
import { voicemailOf } from './voicemail.service.ts'

type D = Pick<Deps, 'db' | 'config'>

/** The floor at one moment, for as many questions as there are. */
export type View = { snapshot: Snapshot; inHand: ReadonlyMap<string, readonly InHand[]>; now: number }

export async function viewFloor({ db, config }: D): Promise<View> {
  const now = await clockOf(db)
  return { snapshot: await loadSnapshot(db, config, now), inHand: await heldNow(db), now }
}

/** The place of each waiting contact, by the conversation's id. */
export async function allPlaces({ db }: Pick<D, 'db'>, view: View): Promise<Map<string, Told>> {
  const { snapshot, inHand, now } = view
  const rivals = []
  for (const one of rivalsOf(snapshot, now)) {
    const ids = [...one.pool].map((id) => (id === EVERYBODYS ? null : id))
    const { handlings, waits, answers } = await recentContacts(db, ids, one.medium)
    const past: Past = {
      handlingsMs: withUsual(handlings),
      patienceMs: recentPatience(waits),
      answerMs: answers,
    }
    rivals.push({ ...one, past })
  }
  return placesOf(snapshot, inHand, rivals, now)
}

/** Whether somebody answers in the queue, now or when. One that is gone is everybody's, as null is. */
export async function teamOf(db: Database, queueId: string | null, { snapshot, now }: View): Promise<Team> {
  const served = snapshot.queues.find(({ id }) => id === queueId)?.id ?? EVERYBODYS
  const gate = gateAt(await gateFacts(db, { queueId, medium: 'chat', now }), now)
  const why = gate.open ? null : gate.why
  const online = snapshot.agents.some(({ status, queues }) => status !== 'busy' && queues.has(served))
  return {
    online: online && why !== 'nobody',
    open: why !== 'closed',
    opensAt: gate.open ? null : gate.opensAt,
    full: why === 'full',
  }
}

/** The floor and, once somebody who waits asks, all places: played out once for all who share the look. */
export type Look = { view: View; places(): Promise<Map<string, Told>> }

export async function lookAt(d: D): Promise<Look> {
  const view = await viewFloor(d)
  let places: ReturnType<typeof allPlaces> | null = null
  return { view, places: () => (places ??= allPlaces(d, view)) }
}

/** All of it for one visitor, as the panel asks when it needs it first. `look`: at the floor, not older than the question. */
export async function outlookOf(
  d: Pick<D, 'db'> & { look(): Promise<Look> },
  caller: VisitorCaller,
): Promise<Outlook> {
  const { view, places } = await d.look()
  const { conversationId, queueId } = await standingOf(d.db, caller)
  const place = conversationId === null ? undefined : (await places()).get(conversationId)
  return {
    queueId,
    team: await teamOf(d.db, queueId, view),
    place: place ? { position: place.position, waitMs: place.waitMs } : null,
    forms: await formsOfSite(d.db, caller.siteId),
    callback: await callbackIn(d.db, queueId, view.now),
    voicemail: await voicemailOf(d.db, queueId),
  }
}

/** A queue that never opens again calls nobody back. */
async function callbackIn(db: Database, queueId: string | null, now: number): Promise<Outlook['callback']> {
  const rules = await callbackOf(db, queueId)
  const hours = await hoursOfQueue(db, queueId)
  if (!rules || opensFrom(hours, now) === null) return null
  const most = expiryAt(hours, now, rules.expiresMs)
  // The last instant belongs to them.
  return { mostMs: most - now, openings: hours && openingsBetween(hours, now, most + 1) }
}
