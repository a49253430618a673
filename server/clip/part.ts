/** What of a conversation lies within a clip, and nothing else of it. Pure. */
import type { HoleTrack, ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { WireEvent } from '../contract/events.ts'
import type { SpokenLine } from '../contract/transcript.ts'
import type { Side } from '../conversation/conversation.ts'
import { givenAway } from '../transcript/said.policy.ts'
import type { Cut } from './cut.ts'

/** ms since 1970. */
type Span = { from: number; to: number }

/** A file of a recording that has something within the span; `zero`: when the file begins. */
export type PartTrack = Span & { callId: string; file: string; zero: number } & (
    | { kind: 'sound'; leads: boolean }
    | { kind: 'picture'; source: 'cam' | 'screen'; side: Side; width: number; height: number }
  )

const within = (span: Span, from: number, to: number): Span | null => {
  const part = { from: Math.max(span.from, from), to: Math.min(span.to, to) }
  return part.from < part.to ? part : null
}

const sideOf = (role: HoleTrack['role']): Side =>
  role === 'visitor' || role === 'guest' ? 'visitor' : 'agent'

/** In a lasting order. */
export function tracksIn(calls: readonly { callId: string; index: ReplayIndex }[], span: Span): PartTrack[] {
  return calls.flatMap(({ callId, index }) => {
    const audios = index.audio ? [index.audio, ...index.further] : []
    const sounds = audios.flatMap(({ file, start, durationMs }, number): PartTrack[] => {
      const zero = index.startMs + start
      const part = within(span, zero, zero + durationMs)
      return part ? [{ ...part, callId, file, zero, kind: 'sound', leads: number === 0 }] : []
    })
    const pictures = index.video.flatMap((video): PartTrack[] => {
      const zero = index.startMs + video.start
      const part = within(span, zero, zero + video.durationMs)
      const side = sideOf(video.role)
      const { file, source, width, height } = video
      return part ? [{ ...part, callId, file, zero, kind: 'picture', source, side, width, height }] : []
    })
    return [...sounds, ...pictures]
  })
}

export const cutOf = (track: PartTrack): Cut =>
  track.kind === 'sound'
    ? { kind: 'sound' }
    : { kind: 'picture', width: Math.max(1, track.width), height: Math.max(1, track.height) }

export const holesIn = (calls: readonly { index: ReplayIndex }[], span: Span) =>
  calls.flatMap(({ index: { startMs, holes } }) =>
    holes.flatMap(({ from, to, reason, track }) => {
      const part = within(span, startMs + from, startMs + to)
      const of = track && { track: { side: sideOf(track.role), name: null, source: track.source } }
      return part ? [{ ...part, reason, ...of }] : []
    }),
  )

/** What was said within it from beginning to end, and nothing that names the call. */
export const saidIn = (lines: readonly SpokenLine[], { from, to }: Span): SpokenLine[] =>
  givenAway(lines, { supervisors: false })
    .filter(({ at, until }) => at >= from && until <= to)
    .map((line, index) => ({ ...line, n: index + 1, callId: '' }))

/** What was written, by whom; files by their names, nobody by an id. */
export function messagesIn(events: readonly WireEvent[], { from, to }: Span): WireEvent[] {
  return events
    .flatMap((event) => (event.type === 'message' && event.at >= from && event.at <= to ? [event] : []))
    .map(({ at, actor, payload }, index) => {
      const files = (payload.attachments ?? []).map(({ name }) => `[${name}]`)
      const text = [payload.text, ...files].filter((part) => part !== '').join(' ')
      const who = actor.kind === 'agent' ? { ...actor, id: '' } : actor
      return { seq: index + 1, at, actor: who, type: 'message', v: 1, payload: { text } }
    })
}
