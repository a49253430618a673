/**
 * Plays a conversation: one position on the axis that everything follows. While a call sounds, its audio element is the
 * clock; elsewhere this machine's is.
 */
import { atom, type ReadableAtom } from 'nanostores'
import type { Axis, Span } from './axis.ts'
import { createLoads, type Loadable, type Loads } from './loads.ts'
import { createHold, type Part, soundPart } from './readiness.ts'

/** What of an audio element the player uses. `currentTime` in seconds. */
export type Sound = Loadable &
  Pick<HTMLAudioElement, 'currentTime' | 'paused' | 'ended' | 'playbackRate' | 'play' | 'pause'>

/**
 * Sound of one call; `from` and `to` in the axis' time, ms since 1970. `delay`: how long it takes from the element to
 * the ear, ms; much where the loudspeaker is a wireless one. `load`: another way than the element's own to load it anew.
 */
export type Track = Span & { sound: Sound; delay?: () => number; load?: () => void }

export type Player = {
  /** ms on the axis. */
  $position: ReadableAtom<number>
  /** It is to play; it stands all the same while something that should play here is not there yet. */
  $playing: ReadableAtom<boolean>
  /** It goes on at this moment, and so does all that follows it. */
  $running: ReadableAtom<boolean>
  /** Ids of parts that should play here and are not there yet: those that are waited for, and those it has gone on without. */
  $loading: ReadableAtom<readonly string[]>
  /** What failed and is loaded anew. */
  loads: Pick<Loads, '$lost' | 'watch'>
  /** Tries once more what was given up, and plays on if it stopped for that. */
  retry(): void
  $rate: ReadableAtom<number>
  /** Raised by each jump. */
  $seeks: ReadableAtom<number>
  /** Raised by each that somebody asked for, and not where the way leads over a silence or round. */
  $asked: ReadableAtom<number>
  /** Raised when sound and pictures go to where it was jumped to: not at each jump of many in a row, but always at the last. */
  $places: ReadableAtom<number>
  /** The conversation's time that is heard at this very moment, ms since 1970. */
  time(): number
  play(): void
  pause(): void
  seek(position: number): void
  skip(ms: number): void
  setRate(rate: number): void
  close(): void
}

export type PlayerOptions = {
  axis: Axis
  tracks: readonly Track[]
  /** Sound that follows one of the tracks, and is waited for as they are. */
  further?: readonly Track[]
  /** What else is waited for. */
  parts?: readonly Part[]
  rate?: number
  /** Monotonic, ms. */
  now?: () => number
  /** Where to go instead of from the one position to the other, which has just been reached. */
  route?: (from: number, to: number) => number
  /** Calls back before the next picture is drawn. */
  frame?: (then: () => void) => () => void
  later?: (then: () => void, ms: number) => () => void
}

/**
 * Who drags, or holds a key down, jumps with each picture that is drawn. The position does; of the media each jump is requests and
 * decoding from a keyframe on, of which nobody would see anything.
 */
const PLACE_EVERY_MS = 120

/** A page that nobody sees draws nothing, and may be listened to all the same. */
const UNSEEN_MS = 250

const nextFrame = (then: () => void): (() => void) => {
  const cancel = () => {
    cancelAnimationFrame(drawn)
    clearTimeout(unseen)
  }
  const once = () => {
    cancel()
    then()
  }
  const drawn = requestAnimationFrame(once)
  const unseen = setTimeout(once, UNSEEN_MS)
  return cancel
}

const inSome = (then: () => void, ms: number): (() => void) => {
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}

type Sounding = Track & Part & { again(): boolean }

export function createPlayer(options: PlayerOptions): Player {
  const { axis, further = [], parts = [], now = () => performance.now(), frame = nextFrame } = options
  const { route = (_, to) => to, later = inSome } = options
  const loads = createLoads(later)
  const sounds = [...options.tracks, ...further].map(soundPart(loads.isAgain))
  const tracks = sounds.slice(0, options.tracks.length)
  const hold = createHold([...sounds, ...parts])
  const $position = atom(0)
  const $playing = atom(false)
  const $running = atom(false)
  const $rate = atom(options.rate ?? 1)
  const $seeks = atom(0)
  const $asked = atom(0)
  const $places = atom(0)
  let placedAt = Number.NEGATIVE_INFINITY
  /** Not to be placed after all; null: all is where the position is. */
  let unplace: (() => void) | null = null
  /** The clock while it plays, also where it is held. */
  let sounding: Sounding | null = null
  /** By the loss of what was heard. */
  let stopped = false
  let last = now()
  let cancel: () => void = () => undefined

  const placed = () => axis.toTime($position.get())
  /** Between two pictures the sound has gone on: what follows it asks the sound itself. */
  const time = () => {
    if (!sounding || !$running.get() || sounding.sound.ended || sounding.again()) return placed()
    const { from, sound, delay } = sounding
    return from + sound.currentTime * 1_000 - (delay?.() ?? 0) * $rate.get()
  }
  const track = (): Sounding | null => {
    const at = placed()
    return (
      tracks.find(
        ({ id, from, to, sound, again }) =>
          at >= from && at < to && (!sound.error || again()) && !hold.isLate(id),
      ) ?? null
    )
  }
  const silence = () => {
    sounding?.sound.pause()
    sounding = null
  }
  const begin = (next: Sounding) => {
    const { sound } = next
    sound.playbackRate = $rate.get()
    sound.play().catch(() => {
      // A pause, a jump or a wait came between, or the browser wants a click first; a broken file shows in `error`.
      if ($running.get() && sounding === next && sound.paused && !sound.error && !next.again()) pause()
    })
  }
  /** The sound that is the clock here, put where the position is. */
  const takeUp = () => {
    silence()
    sounding = track()
    if (!sounding) return
    sounding.sound.currentTime = (placed() - sounding.from) / 1_000
    hold.anew(sounding.id)
  }
  /** All go on, or all wait. */
  const goOn = (): boolean => {
    const may = hold.mayGo(placed(), now(), sounding?.id)
    if (!may) sounding?.sound.pause()
    else if (sounding && !$running.get()) begin(sounding)
    $running.set(may)
    return may
  }
  /** Where the clock is now: the sound's while it sounds, else what has passed on ours. */
  const moved = (passed: number): number => {
    const here = $position.get()
    if (!sounding) return here + passed * $rate.get()
    const { sound, from, to } = sounding
    if (sound.ended) return axis.toPlay(to) + 1
    return Math.max(here, axis.toPlay(from + sound.currentTime * 1_000))
  }
  const tick = () => {
    const at = now()
    const passed = at - last
    last = at
    // While it is dragged, what sounds is still elsewhere.
    if (unplace || !goOn()) return wait()
    const here = $position.get()
    const next = Math.min(axis.length, moved(passed))
    const wanted = route(here, next)
    if (wanted !== next) jump(wanted)
    else $position.set(next)
    if (wanted >= axis.length) return pause()
    if (!unplace && track() !== sounding) {
      takeUp()
      if (sounding) begin(sounding)
      goOn()
    }
    wait()
  }
  const wait = () => {
    cancel = frame(tick)
  }
  const play = () => {
    if ($playing.get()) return
    stopped = false
    if ($position.get() >= axis.length) jump(0)
    if (unplace) settle()
    $playing.set(true)
    last = now()
    hold.anew()
    takeUp()
    // In the click itself, also where it has to wait: some browsers let an element sound only so.
    if (sounding) begin(sounding)
    goOn()
    wait()
  }
  const pause = () => {
    cancel()
    $running.set(false)
    silence()
    hold.anew()
    $playing.set(false)
  }
  const jump = (position: number) => {
    $position.set(Math.min(axis.length, Math.max(0, position)))
    last = now()
    const early = placedAt + PLACE_EVERY_MS - last
    if (early <= 0) settle()
    else unplace ??= later(settle, early)
    $seeks.set($seeks.get() + 1)
  }
  /** Sound and pictures go to the position. */
  const settle = () => {
    unplace?.()
    unplace = null
    placedAt = now()
    $running.set(false)
    hold.anew()
    takeUp()
    $places.set($places.get() + 1)
    if ($playing.get()) goOn()
    else silence()
  }
  const seek = (position: number) => {
    jump(position)
    $asked.set($asked.get() + 1)
  }
  for (const { id, sound, from, load } of sounds)
    loads.watch({ id, media: sound, load, at: () => (placed() - from) / 1_000 })
  loads.$lost.listen((lost) => {
    // Going on in silence, it would be missed by whoever looks away.
    if (!sounding || !lost.includes(sounding.id)) return
    pause()
    stopped = true
  })
  return {
    ...{ $position, $playing, $running, $rate, $seeks, $asked, $places, time, play, pause, loads },
    $loading: hold.$loading,
    retry() {
      loads.retry()
      if (stopped) play()
    },
    seek,
    skip: (ms) => seek($position.get() + ms),
    setRate(rate) {
      $rate.set(rate)
      if (sounding) sounding.sound.playbackRate = rate
    },
    close() {
      unplace?.()
      loads.close()
      pause()
    },
  }
}
