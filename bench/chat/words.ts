/** What the bench and its load maker say to each other. */

/** `storing`: the relay that also has each message on disk before it passes it on, which is the least that keeps it. */
export type Target = 'app' | 'relay' | 'storing'

export type LoadPlan = {
  appUrl: string
  relayUrls: Record<Exclude<Target, 'app'>, string>
  site: string
  /** One-time sign-in links, one an agent. */
  links: string[]
  visitors: number
}

export type RoundPlan = { target: Target; perSecond: number; ms: number; marks: boolean }

export type RoundResult = {
  sent: number
  delivered: number
  /** How many were refused, by the failure's code: a browser would send them again. */
  refused: Record<string, number>
  /** Emit at one person's socket → push at the other's, ms. */
  delivery: number[]
  /** Emit → answer that it is stored, ms. */
  stored: number[]
  /** 99 % of this process's timers were at most so late, ms. */
  stallMs: number
}

export type Order =
  | { do: 'plan'; plan: LoadPlan }
  | { do: 'connect'; target: Target }
  | { do: 'converse' }
  | { do: 'round'; round: RoundPlan }
  | { do: 'leave' }

export type Reply = { ok: true; result: unknown } | { ok: false; error: string }
