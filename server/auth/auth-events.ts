/** What other parts of the server want to hear of who signed in or out. */
export type AuthEvents = {
  /** These sessions of the person are over: cut their sockets. */
  onSignedOut(personId: string, sessionIds: string[]): void
  /** A visitor's session is over, since somebody used its secret a second time: cut its sockets. */
  onVisitorRevoked(sessionId: string): void
  /**
   * The visitor behind a session is now known as another one (possibly the same). With `movedConversations` (even none)
   * the one before is no more: all their sessions are the other's now.
   */
  onIdentified(change: {
    sessionId: string
    from: string
    to: string
    movedConversations: string[] | null
  }): void
}
