/** Which files a package has, and what its page needs to know of them. Pure. */
import type { ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { WireEvent } from '../contract/events.ts'
import type { Handout, HandoutPicture, HandoutSound } from '../contract/handout.ts'
import type { Side } from '../conversation/conversation.ts'
import type { ReviewCall } from '../review/review.store.ts'

/** A recorded call; `folder` is its own within the package. */
export type PackedCall = { callId: string; folder: string; index: ReplayIndex }

/** A file of the recording as it lies, under its name in the package. */
export type MediaFile = { name: string; callId: string; file: string }
/** One voice out of a file that holds two. */
export type VoiceTrack = MediaFile & { channel: 0 | 1 }

type Audio = NonNullable<ReplayIndex['audio']>
type Role = Audio['channels'][number]['role']

/** The visitor's and the agent's first; more where more were heard. */
const audiosOf = ({ index }: PackedCall): Audio[] => (index.audio ? [index.audio, ...index.further] : [])

const soundName = (folder: string, number: number) =>
  number === 0 ? `${folder}/sound.webm` : `${folder}/sound-${number + 1}.webm`
const pictureName = (folder: string, video: ReplayIndex['video'][number], number: number) =>
  `${folder}/video-${number + 1}-${video.role}-${video.source}.webm`

/** Sound of two a file, left and right, and pictures. */
export const mediaFiles = (call: PackedCall): MediaFile[] => {
  const { callId, folder, index } = call
  return [
    ...audiosOf(call).map(({ file }, number) => ({ name: soundName(folder, number), callId, file })),
    ...index.video.map((video, number) => ({
      ...{ name: pictureName(folder, video, number), callId, file: video.file },
    })),
  ]
}

/** A file for each who was heard. */
export const voiceTracks = (call: PackedCall): VoiceTrack[] => {
  const taken = new Set<string>()
  const nameOf = (role: Role) => {
    const own = (number: number) => `${call.folder}/tracks/${role}${number > 1 ? `-${number}` : ''}.opus`
    let number = 1
    while (taken.has(own(number))) number++
    taken.add(own(number))
    return own(number)
  }
  return audiosOf(call).flatMap(({ file, channels }) =>
    channels.flatMap(({ seatId, role }, channel) =>
      // Nobody ever sat there.
      seatId === ''
        ? []
        : [{ name: nameOf(role), callId: call.callId, file, channel: channel === 0 ? 0 : 1 }],
    ),
  )
}

/** A guest is on the visitor's side of the table. */
const sideOf = (role: Role): Side => (role === 'visitor' || role === 'guest' ? 'visitor' : 'agent')

/** By what the log said when they came. */
function namesIn(events: readonly WireEvent[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const event of events)
    if (event.type === 'seatJoined') names.set(event.payload.seat, event.payload.name)
  return names
}

export function playedOf(
  calls: readonly PackedCall[],
  events: readonly WireEvent[],
  all: readonly ReviewCall[],
): Pick<Handout, 'sounds' | 'pictures' | 'holes'> {
  const names = namesIn(events)
  return {
    sounds: calls.flatMap((call) =>
      audiosOf(call).map((audio, number): HandoutSound => {
        const from = call.index.startMs + audio.start
        const src = soundName(call.folder, number)
        return { src, from, to: from + audio.durationMs, leads: number === 0 }
      }),
    ),
    pictures: calls.flatMap(({ folder, index }) =>
      index.video.map((video, number): HandoutPicture => {
        const from = index.startMs + video.start
        return {
          ...{ id: video.segmentId, side: sideOf(video.role), name: names.get(video.seatId) ?? null },
          ...{ source: video.source, src: pictureName(folder, video, number) },
          ...{ from, to: from + video.durationMs, width: video.width, height: video.height },
        }
      }),
    ),
    holes: [
      ...calls.flatMap(({ index }) =>
        index.holes.map(({ from, to, reason, track }) => ({
          ...{ from: index.startMs + from, to: index.startMs + to, reason },
          ...(track && {
            track: {
              ...{ side: sideOf(track.role), name: names.get(track.seatId) ?? null },
              source: track.source,
            },
          }),
        })),
      ),
      ...all.flatMap(({ callId, segments, finalised, lost, answeredAt, askedAt, endedAt }) => {
        if (!segments || endedAt === null || calls.some((call) => call.callId === callId)) return []
        const reason = lost || finalised ? 'filesLost' : 'unfinished'
        return [{ from: answeredAt ?? askedAt, to: endedAt, reason }]
      }),
    ],
  }
}
