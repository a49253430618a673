/** A visitor as a verified token names it. */
export type VisitorCaller = { kind: 'visitor'; visitorId: string; siteId: string; locale: string }
/** A member of staff as a verified token and the database name them. */
export type StaffCaller = {
  kind: 'staff'
  personId: string
  name: string
  role: 'agent' | 'supervisor' | 'reviewer' | 'admin'
  /** Queues whose waiting contacts concern them, beside everybody's. */
  queues: readonly string[]
}
export type Caller = VisitorCaller | StaffCaller
/** Somebody from outside in one call, by a link. `seenFrom`: how much of the visitor's numbering lies before their joining. */
export type GuestCaller = {
  kind: 'guest'
  invitationId: string
  conversationId: string
  callId: string
  seatId: string
  name: string
  seenFrom: number
}
/** Everybody who can sit in a call. */
export type Member = Caller | GuestCaller

/** Which browser tab asks: made by the tab at loading, so that it outlives reconnections and our restarts. */
export type Tab = string
