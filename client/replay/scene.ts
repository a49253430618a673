/** A loaded conversation made ready to play: axis, sound of each call, pictures, marks. */
import { atom, computed, type ReadableAtom, type WritableAtom } from 'nanostores'
import type { Source } from '../../server/call/call.ts'
import type { CallRecord, ReplayData } from '../../server/contract/http.ts'
import type { SeatId, Side } from '../../server/conversation/conversation.ts'
import { type Axis, createAxis, type Span } from './axis.ts'
import { createSideSound, type SideSound } from './audio-graph.ts'
import { type Feeding, feedMedia } from './fed-media.ts'
import { followSound } from './follow-sound.ts'
import { isPlayable } from './loads.ts'
import { picture } from './media-parts.ts'
import { countAt, holdsOf, type Mark, marksOf, type Paused, pausesOf, type Weak, weakOf } from './marks.ts'
import { even, gainOf, type Mix } from './mix.ts'
import { createPlayer, type Player, type PlayerOptions } from './player.ts'
import { partsOf, type Screens } from './screens.ts'
import { skippable } from './route.ts'
import { createSteering, type Steering } from './steering.ts'
import { type Loudness, quietIn, type Talk, talkIn } from './talk.ts'
import { follow, type View, whole } from './view.ts'
import { sideOf, type Voice, type VoiceFile, voiceFiles } from './voice-files.ts'
import { peaksFrom } from './wave.ts'

/** One stretch of picture; `from` and `to` in ms since 1970. */
export type Picture = Span & {
  id: string
  side: Side
  /** Of those who are neither the visitor nor the agent. */
  name: string | null
  source: 'cam' | 'screen'
  src: string
  /** Another way to have a video play it than by its address. */
  feed?: (video: HTMLVideoElement) => Feeding
  width: number
  height: number
}
export type Wave = Span & Loudness
/** What was not recorded, and why; `track`: of this one alone. */
export type Hole = Span & {
  reason: string
  track?: { side: Side; name: string | null; source: Source }
}
/** `until`: where the part ends that it is about; null: it is about a moment. */
export type Comment = {
  id: string
  at: number
  until: number | null
  text: string
  kind: 'comment' | 'flag'
}

export type Scene = {
  data: ReplayData
  axis: Axis
  player: Player
  marks: readonly Mark[]
  /** A lane each, the visitor's first. */
  voices: readonly Voice[]
  waves: readonly Wave[]
  pictures: readonly Picture[]
  holes: readonly Hole[]
  pauses: readonly Paused[]
  holds: readonly Span[]
  weak: readonly Weak[]
  talk: Talk
  steering: Steering
  /** What of the axis the lanes show. */
  $view: WritableAtom<View>
  /** How many of the events had happened at the position. */
  $count: ReadableAtom<number>
  /** Whom one hears, and how loud. */
  $mix: WritableAtom<Mix>
  /** The pictures at hand. */
  screens: Screens
  /** What reviewers say about moments, shown while their review is open. */
  $comments: WritableAtom<readonly Comment[]>
  /** Some sound is there that this browser cannot play. */
  $broken: ReadableAtom<boolean>
  close(): void
}

type Recorded = CallRecord & { recording: NonNullable<CallRecord['recording']> }

const recorded = (calls: readonly CallRecord[]): Recorded[] =>
  calls.filter((call): call is Recorded => call.recording !== null)

const addressOf = (baseUrl: string, file: string): string => `${baseUrl.replace(/\/$/, '')}/${file}`

function spansOf(calls: readonly CallRecord[]): Span[] {
  return calls.flatMap(({ answeredAt, endedAt, recording }) => {
    const spans: Span[] = recording ? [{ from: recording.index.startMs, to: recording.index.endMs }] : []
    if (answeredAt !== null && endedAt !== null) spans.push({ from: answeredAt, to: endedAt })
    return spans
  })
}

type NameOf = (seat: SeatId) => string | null

/** By what the log said when they came. */
function namesIn(events: ReplayData['events']): NameOf {
  const joined = events.filter((event) => event.type === 'seatJoined').map(({ payload }) => payload)
  const names = new Map(joined.map(({ seat, name }) => [seat, name]))
  return (seat) => names.get(seat) ?? null
}

/** Files with voices, each with the call that it is of. */
type Heard = { file: VoiceFile; leads: boolean; from: number; baseUrl: string }

const heardIn = (calls: readonly Recorded[], nameOf: NameOf): Heard[] =>
  calls.flatMap(({ recording: { index, baseUrl } }) =>
    voiceFiles(index, nameOf).map((file, number) => ({
      ...{ file, baseUrl, from: index.startMs + file.start },
      // The clock of its call.
      leads: number === 0,
    })),
  )

const wavesOf = ({ file: { voices, peaks: all, peakMs: stepMs, aside }, from }: Heard): Wave[] =>
  voices.map(({ seat }, channel) => {
    const peaks = peaksFrom(all[channel] ?? '')
    return { seat, from, to: from + peaks.length * stepMs, stepMs, peaks, aside }
  })

const picturesOf = ({ recording: { index, baseUrl } }: Recorded, nameOf: NameOf): Picture[] =>
  index.video.map((one) => {
    const src = addressOf(baseUrl, one.file)
    return {
      id: one.segmentId,
      side: sideOf(one.role),
      name: nameOf(one.seatId),
      source: one.source,
      src,
      feed: (video) => feedMedia(video, picture, { src, bytes: one.bytes, table: one.table }),
      from: index.startMs + one.start,
      to: index.startMs + one.start + one.durationMs,
      width: one.width,
      height: one.height,
    }
  })

const holesOf = ({ recording: { index } }: Recorded, nameOf: NameOf): Hole[] =>
  index.holes.map(({ from, to, reason, track }) => ({
    ...{ from: index.startMs + from, to: index.startMs + to, reason },
    ...(track && {
      track: { side: sideOf(track.role), name: nameOf(track.seatId), source: track.source },
    }),
  }))

/** Of calls that were recorded, and whose files are lost or removed. */
const goneOf = (calls: readonly CallRecord[]): Hole[] =>
  calls.flatMap(({ lost, removed, answeredAt, askedAt, endedAt }) => {
    const reason = removed?.by ?? (lost ? 'filesLost' : null)
    return reason !== null && endedAt !== null ? [{ from: answeredAt ?? askedAt, to: endedAt, reason }] : []
  })

type Sounding = { sound: SideSound; span: Span; leads: boolean }

function soundOf({
  file: { voices, file, bytes, table, durationMs },
  leads,
  from,
  baseUrl,
}: Heard): Sounding {
  const sound = createSideSound({
    file: { src: addressOf(baseUrl, file), bytes, table },
    channels: voices.map(({ seat }) => seat),
  })
  return { sound, span: { from, to: from + durationMs }, leads }
}

/** A lane each, also of those who were in several calls. */
function voicesOf(heard: readonly Heard[]): Voice[] {
  const all = heard.flatMap(({ file }) => file.voices)
  return [...new Map(all.map((voice) => [voice.seat, voice])).values()]
}

/** What a pause explains is told as the pause. */
const unexplained = (hole: Hole, pauses: readonly Paused[]): boolean =>
  !pauses.some(
    ({ from, to }) => Math.min(hole.to, to) - Math.max(hole.from, from) > (hole.to - hole.from) / 2,
  )

/** What can be left out where nobody is heard, on the axis: without what is written there. */
function steeringOf(quiet: readonly Span[], { events }: ReplayData, axis: Axis, skip: boolean): Steering {
  const told = events.filter(({ type }) => type === 'message' || type === 'note').map(({ at }) => at)
  const silences = skippable(quiet, told)
  return createSteering(
    silences.map(({ from, to }) => ({ from: axis.toPlay(from), to: axis.toPlay(to) })),
    skip,
  )
}

type Played = Pick<PlayerOptions, 'axis' | 'rate' | 'route' | 'parts'>

function playerOf(sounds: readonly Sounding[], played: Played): Player {
  const those = (leading: boolean) =>
    sounds
      .filter(({ leads }) => leads === leading)
      .map(({ sound: { element, delay, load }, span }) => ({ ...span, sound: element, delay, load }))
  const player = createPlayer({ ...played, tracks: those(true), further: those(false) })
  return {
    ...player,
    play() {
      for (const { sound } of sounds) sound.unlock()
      player.play()
    },
  }
}

export function createScene(data: ReplayData, options: { rate?: number; skip?: boolean } = {}): Scene {
  const calls = recorded(data.calls)
  const nameOf = namesIn(data.events)
  const heard = heardIn(calls, nameOf)
  const sounds = heard.map(soundOf)
  const axis = createAxis(
    data.events.map((event) => event.at),
    spansOf(data.calls),
  )
  const waves = heard.flatMap(wavesOf)
  const talk = talkIn(waves)
  const pictures = calls.flatMap((call) => picturesOf(call, nameOf))
  const quiet = quietIn(talk.silences, spansOf(data.calls), [...waves, ...pictures])
  const steering = steeringOf(quiet, data, axis, options.skip ?? false)
  const screens: Screens = new Map()
  const parts = partsOf(pictures, screens)
  const player = playerOf(sounds, { axis, rate: options.rate, route: steering.route, parts })
  const $view = atom(whole(axis.length))
  const stops = sounds
    .filter(({ leads }) => !leads)
    .map(({ sound, span }) => followSound(player, sound.element, span))
  stops.push(follow($view, axis.length, player))
  const pauses = pausesOf(data.events).filter(({ from }) =>
    calls.some(({ askedAt, endedAt }) => from >= askedAt && from <= (endedAt ?? from)),
  )
  const voices = voicesOf(heard)
  const $mix = atom(even)
  stops.push(
    $mix.listen((mix) => {
      for (const { seat } of voices) for (const { sound } of sounds) sound.setVolume(seat, gainOf(mix, seat))
    }),
  )
  const $broken = atom(false)
  for (const { sound } of sounds)
    sound.element.addEventListener('error', () => $broken.set(!isPlayable(sound.element)))
  return {
    ...{ data, axis, player, waves, talk, steering, pauses, $view, $mix, $broken, voices },
    ...{ pictures, screens },
    $comments: atom([]),
    marks: marksOf(data.events),
    holes: [
      ...calls.flatMap((call) => holesOf(call, nameOf)).filter((hole) => unexplained(hole, pauses)),
      ...goneOf(data.calls),
    ],
    holds: holdsOf(data.events),
    weak: weakOf(data.events),
    $count: computed(player.$position, (position) => countAt(data.events, axis.toTime(position))),
    close() {
      for (const stop of stops) stop()
      player.close()
      for (const { sound } of sounds) sound.close()
    },
  }
}
