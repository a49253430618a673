/** A simulated agent: when they are there, and what they have in hand. */
import type { Agent, AgentStatus, Contact } from '../routing.ts'
import type { Random } from './random.ts'
import type { Group, Stream } from './scenario.ts'

/** A simulated contact. `turn` counts its states, so that what was planned for an earlier one comes to nothing. */
export type Caller = {
  contact: Contact
  stream: Stream
  handlingMs: number
  state: 'waiting' | 'offered' | 'handled' | 'left'
  turn: number
  worker: Worker | null
}

export class Worker {
  agent: Agent
  readonly group: Group
  readonly random: Random
  /** Offered or handled. */
  readonly hand = new Set<Caller>()
  onShift = false
  gone = false
  /** Did not answer, and is out of routing for a while. */
  silent = false
  wrapUps = 0

  constructor(agent: Agent, group: Group, random: Random) {
    this.agent = agent
    this.group = group
    this.random = random
  }

  get status(): AgentStatus {
    if (!this.onShift || this.gone) return 'offline'
    if (this.silent) return 'notResponding'
    return this.wrapUps > 0 ? 'wrapUp' : 'available'
  }
}

export type Office = {
  /** Does it after so long, and decides anew. */
  after(ms: number, act: () => void): void
  /** Their status may have changed. */
  refresh(worker: Worker): void
  /** Their open offers go back, and with `all` their conversations too. */
  takeBack(worker: Worker, all: boolean): void
  /** Nobody comes or goes any more after that, ms. */
  lengthMs: number
  graceMs: number
  now(): number
}

const ALWAYS = [{ fromS: 0, toS: Number.POSITIVE_INFINITY }]

/** Lets a worker come and go as their group does. */
export function attend(worker: Worker, office: Office): void {
  const { shifts, gone } = worker.group
  for (const { fromS, toS } of shifts.length > 0 ? shifts : ALWAYS) {
    office.after(fromS * 1000, () => {
      worker.onShift = true
      office.refresh(worker)
    })
    if (toS * 1000 < office.lengthMs) office.after(toS * 1000, () => leaveFor(worker, office))
  }
  for (const one of gone) planAbsence(worker, office, one)
}

/** Home for the day: what is in hand is finished, nothing new is taken. */
function leaveFor(worker: Worker, office: Office): void {
  worker.onShift = false
  office.takeBack(worker, false)
  office.refresh(worker)
}

type Absence = { everyS: number; forS: number }

function planAbsence(worker: Worker, office: Office, absence: Absence): void {
  const ms = worker.random.exponential(absence.everyS * 1000)
  if (office.now() + ms >= office.lengthMs) return
  office.after(ms, () => {
    if (worker.gone) planAbsence(worker, office, absence)
    else vanish(worker, office, absence)
  })
}

function vanish(worker: Worker, office: Office, absence: Absence): void {
  const ms = worker.random.exponential(absence.forS * 1000)
  worker.gone = true
  office.takeBack(worker, false)
  office.refresh(worker)
  if (ms > office.graceMs) office.after(office.graceMs, () => office.takeBack(worker, true))
  office.after(ms, () => {
    worker.gone = false
    office.refresh(worker)
    planAbsence(worker, office, absence)
  })
}
