/** Whose voices are in which file of a recording. Pure. */
import type { CallRecord } from '../../server/contract/http.ts'
import type { SeatId, SeatKind, Side } from '../../server/conversation/conversation.ts'

/**
 * Somebody whose voice was recorded; `name` for those who are neither the visitor nor the agent. What they said `aside`, unheard by
 * the visitor, is another voice of theirs, whose `seat` is no other's.
 */
export type Voice = { seat: SeatId; side: Side; name: string | null; aside: boolean }

type Index = NonNullable<CallRecord['recording']>['index']
type Audio = Index['further'][number]
/** One file; `voices` are those of its channels. */
export type VoiceFile = Omit<Audio, 'channels'> & { voices: Voice[]; aside: boolean }

/** A guest is on the visitor's side of the table. */
export const sideOf = (role: SeatKind): Side => (role === 'visitor' || role === 'guest' ? 'visitor' : 'agent')

/** The file that is the clock first. */
export function voiceFiles(
  { audio, further, asides }: Pick<Index, 'audio' | 'further' | 'asides'>,
  nameOf: (seat: SeatId) => string | null,
): VoiceFile[] {
  if (!audio) return []
  const as =
    (aside: boolean) =>
    ({ channels, ...file }: Audio): VoiceFile => {
      const voices = channels.map(({ seatId, role }): Voice => {
        const seat = aside ? `${seatId} aside` : seatId
        return { seat, side: sideOf(role), name: nameOf(seatId), aside }
      })
      return { ...file, voices, aside }
    }
  return [...[audio, ...further].map(as(false)), ...asides.map(as(true))]
}
