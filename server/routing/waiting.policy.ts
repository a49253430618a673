/** The contacts that wait, each in its lane, and those of them that may be matched since the last decision. */
import { createLanes, type Lane } from './lanes.policy.ts'
import { nextChange, type Queues, standing } from './order.policy.ts'
import type { Contact } from './routing.ts'
import { createTimers } from './timers.policy.ts'

export type Place = { contact: Contact; lane: Lane; wakeAt: number | null }

export class Waiting {
  readonly #queues: Queues
  readonly #places = new Map<string, Place>()
  /** Known, not yet in a lane: which one, only the time can tell. */
  readonly #fresh = new Map<string, Contact>()
  /** Agent → contacts whose last agent they were. */
  readonly #returning = new Map<string, Set<string>>()
  readonly #lanes = createLanes()
  readonly #timers = createTimers<string>()
  readonly #asking = new Set<string>()

  /** `queues`: with their rings from `widening`. */
  constructor(queues: Queues) {
    this.#queues = queues
  }

  get size(): number {
    return this.#places.size
  }

  get(contactId: string): Place | undefined {
    return this.#places.get(contactId)
  }

  in(queueId: string): Iterable<Lane> {
    return this.#lanes.of(queueId)
  }

  set(contact: Contact): void {
    this.remove(contact.id)
    if (contact.offeredTo !== null) return
    this.#fresh.set(contact.id, contact)
    const { preferredAgentId: last } = contact
    if (last !== null) this.#returning.set(last, (this.#returning.get(last) ?? new Set()).add(contact.id))
  }

  remove(contactId: string): void {
    const place = this.#places.get(contactId)
    if (place) this.#lanes.remove(place.contact, place.lane)
    const last = (place?.contact ?? this.#fresh.get(contactId))?.preferredAgentId ?? null
    if (last !== null) this.#leave(last, contactId)
    this.#places.delete(contactId)
    this.#fresh.delete(contactId)
    this.#asking.delete(contactId)
  }

  #leave(agentId: string, contactId: string): void {
    const returning = this.#returning.get(agentId)
    returning?.delete(contactId)
    if (returning?.size === 0) this.#returning.delete(agentId)
  }

  /** Contacts that waited for this agent alone may no longer have to. */
  moved(agentId: string): void {
    for (const contactId of this.#returning.get(agentId) ?? []) this.#asking.add(contactId)
  }

  /** Puts new contacts into their lanes and those whose time has come into their new ones. Gives all that may be matched now. */
  arrange(now: number): Place[] {
    for (const contact of this.#fresh.values()) this.#put(contact, now)
    this.#fresh.clear()
    for (let due = this.#timers.first(); due !== null && due.at <= now; due = this.#timers.first()) {
      this.#timers.pop()
      const place = this.#places.get(due.value)
      if (place?.wakeAt !== due.at) continue
      this.#lanes.remove(place.contact, place.lane)
      this.#put(place.contact, now)
    }
    const asking: Place[] = []
    for (const id of this.#asking) {
      const place = this.#places.get(id)
      if (place) asking.push(place)
    }
    this.#asking.clear()
    return asking
  }

  #put(contact: Contact, now: number): void {
    const queue = standing(contact, this.#queues, now)
    if (queue === undefined) return
    const wakeAt = nextChange(contact, this.#queues, now)
    if (wakeAt !== null) this.#timers.push(wakeAt, contact.id)
    this.#places.set(contact.id, { contact, lane: this.#lanes.add(contact, queue), wakeAt })
    this.#asking.add(contact.id)
  }

  /** When a contact's place next changes by itself. */
  nextWake(): number | null {
    // Timers of contacts that left or moved mean nothing any more.
    for (let due = this.#timers.first(); due !== null; due = this.#timers.first()) {
      if (this.#places.get(due.value)?.wakeAt === due.at) return due.at
      this.#timers.pop()
    }
    return null
  }
}
