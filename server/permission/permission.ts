/** Who may do what: the one table, asked at every door and by the desk to know what to show. */
import type { Role } from '../contract/desk.ts'

const table = {
  /** Take, answer and end conversations. */
  serve: ['agent', 'supervisor', 'admin'],
  /** See every conversation, not only what waits and what is one's own. */
  seeAll: ['supervisor', 'reviewer', 'admin'],
  /** Replay conversations with their recordings, as far as rules of access let them; agents only their own. */
  replay: ['agent', 'supervisor', 'reviewer', 'admin'],
  /** Look among all conversations for those to replay. */
  find: ['supervisor', 'reviewer', 'admin'],
  /** Set how sensitive a conversation is that they may hear. */
  classify: ['supervisor', 'admin'],
  /** Grant or refuse a replay that somebody asks for, of what they may ask for themselves. */
  grantReplay: ['supervisor', 'admin'],
  /** Take a conversation away as a file that plays without Parley. */
  downloadReplay: ['supervisor', 'reviewer', 'admin'],
  /** With what only staff may read of it. */
  downloadNotes: ['supervisor', 'admin'],
  /** Set right what was written down of calls; what the engine heard stays. */
  correctTranscripts: ['supervisor', 'reviewer', 'admin'],
  /** Make links to parts of conversations for people outside, and revoke them. */
  shareClips: ['supervisor', 'reviewer', 'admin'],
  /** Score conversations by a scorecard; supervisors those of their team. */
  score: ['supervisor', 'reviewer', 'admin'],
  /** Keep searches for everybody who may replay. */
  shareSearches: ['supervisor', 'admin'],
  /** Decide about a review that its agent disputes; supervisors those of their team. */
  decideReviews: ['supervisor', 'admin'],
  /** Set other people's status. */
  forceStatus: ['supervisor', 'admin'],
  /** Watch the floor; listen to calls, speak in them, take conversations over and give them to others. */
  supervise: ['supervisor', 'admin'],
  /** Add people and make sign-in links for them; nobody above oneself. */
  managePeople: ['supervisor', 'admin'],
  /** Add sites and see their snippets. */
  manageSites: ['supervisor', 'admin'],
  /** Teams, skills, and what each person can do and serve. */
  configureTeams: ['supervisor', 'admin'],
  /** Replies that everybody has at hand. */
  configureReplies: ['supervisor', 'admin'],
  /** Queues, opening hours, statuses and dispositions. */
  configureRouting: ['admin'],
  /** Scorecards and what is reviewed. */
  configureReviews: ['supervisor', 'admin'],
  /** Take the whole configuration out as a file, or bring one in. */
  transferConfiguration: ['admin'],
  /** Be led through setting up a new installation. */
  setUp: ['admin'],
  /** Rules of who may hear which conversations. */
  configureAccess: ['admin'],
  /** Rules of what is masked before it is stored. */
  configureMasking: ['admin'],
  /** Read what such a rule hides; each time is written down. */
  revealText: ['supervisor', 'admin'],
  /** Rules of keeping, legal holds, giving out and erasing what is stored of somebody. */
  manageKeeping: ['admin'],
  /** See what waits to be stored, and have it tried again. */
  tendStorage: ['admin'],
  /** Read who changed what. */
  readAudit: ['supervisor', 'admin'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof table

export const may = (role: Role, permission: Permission): boolean =>
  (table[permission] as readonly Role[]).includes(role)

export const rolesThat = (permission: Permission): readonly Role[] => table[permission]
