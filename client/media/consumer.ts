import type { DeskPushes } from '../../server/contract/pushes.ts'

/** A track of another seat, as the server names it. */
export type SharedConsumer = DeskPushes['media.consumer']['consumer']
