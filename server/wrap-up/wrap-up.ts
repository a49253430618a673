/** What follows a conversation for the agent: how it is written down. None of it is told to visitors. */

export const wrapUpTypes = ['wrapUpStarted', 'wrapUpExtended', 'wrapUpEnded', 'disposed'] as const

/**
 * `timedOut`: the time ran out. `skipped`: the agent wrote nothing down, and did not have to. `withdrawn`: what they gave away is
 * theirs again.
 */
export type WrapUpEnd = 'done' | 'skipped' | 'timedOut' | 'withdrawn'

export type WrapUpPayloads = {
  /** `timed`: the agent is offered nothing until it is over. */
  wrapUpStarted: { agentId: string; name: string; deadline: number; timed: boolean }
  wrapUpExtended: { agentId: string; name: string; deadline: number }
  wrapUpEnded: { agentId: string; name: string; how: WrapUpEnd }
  /** `names`: of the disposition, after those it stands under, as they were named then. */
  disposed: { agentId: string; name: string; dispositionId: string; names: string[] }
}
