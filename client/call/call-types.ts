/** One conversation's call, as the page's parts know it. */
import type { ReadableAtom } from 'nanostores'
import type { ErrorCode } from '../../server/contract/errors.ts'
import type {
  CallMedia as Medium,
  CallState,
  SeatId,
  Side,
  Source,
} from '../../server/conversation/conversation.ts'
import type { Devices } from '../media/devices.ts'
import type { CallMedia } from '../media/session.ts'
import type { Trouble } from '../media/trouble.ts'
import type { Agreed } from './consent.ts'
import type { Hold } from './hold.ts'

/** What a step is for. */
export type Purpose =
  /** `voicemail`: nobody is to answer. */
  | { kind: 'ask'; media: Medium; voicemail?: boolean }
  | { kind: 'accept'; callId: string; media: Medium }
  | { kind: 'raise'; source: Source }

/** What stands between a click and its effect, and is shown as a card. */
export type Step =
  | { name: 'consent'; purpose: Purpose; sources: Source[] }
  | { name: 'opening'; purpose: Purpose }
  | { name: 'trouble'; purpose: Purpose; source: Source; trouble: Trouble }
  | { name: 'failed'; purpose: Purpose; code: ErrorCode }

export type Call = {
  readonly side: Side
  readonly devices: Devices
  /** The site's rule: `required` leaves no way to go on unrecorded. */
  readonly consent: 'optional' | 'required'
  /** The visitor's alone. */
  readonly agreed: Agreed | null
  /** The agent's alone. */
  readonly hold: Hold | null
  /** Address of what the one on hold hears; null: silence. */
  readonly holdAudio: string | null
  readonly $call: ReadableAtom<CallState | null>
  readonly $media: ReadableAtom<CallMedia | null>
  readonly $step: ReadableAtom<Step | null>
  /** Ids of calls that were hung up, or accepted, here; the server may not know yet. */
  readonly $hungUp: ReadableAtom<string | null>
  readonly $accepted: ReadableAtom<string | null>
  /** This side shared its screen until the page changed. */
  readonly $screenLost: ReadableAtom<boolean>
  serverNow(): number
  /** Whether this person takes part in the conversation's calls. */
  mayJoin(): boolean
  /** Where they sit in it; null: nowhere. */
  ownSeat(): SeatId | null
  /** Only hears: a supervisor. */
  listens(): boolean
  /** Name of the conversation's agent, if it has one. */
  agentName(): string | null
  ask(media: Medium, voicemail?: boolean): void
  accept(): void
  decline(): void
  hangUp(): void
  /** Answers the consent step. */
  agree(record: boolean): void
  /** Leaves the step shown, whatever it was for. */
  dismiss(): void
  tryAgain(): void
  raise(source: Source): void
  lower(source: Source): void
  mute(on: boolean): void
  /** `Bring call here`. */
  bringHere(): void
  close(): void
}
