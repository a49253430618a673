/**
 * Feeds a sound or a picture just the bytes of its file that it needs. An element that has the file's address reads whole blocks of the
 * browser's choice, megabytes of a picture for one place in it, and minutes ahead of what anybody listens to.
 */
import { createPartReader, OtherFile, type Whole } from './part-reader.ts'
import {
  type Clusters,
  type ClusterTable,
  clustersIn,
  type Habit,
  isAllThere,
  mistakenFor,
  nextPart,
  type Part,
  reachOf,
  type Stretch,
} from './media-parts.ts'

/** While there is enough no part follows another sooner: who has just gone somewhere may go on elsewhere, and what failed may fail again. */
const PAUSE_MS = 1_000
/**
 * Browsers want several pictures before they say that they can play on, however long each of them stands. Who still has too few so
 * long after the last part came gets the next one, unless it lies farther ahead than `STARVED_AHEAD_MS`: it would be let go again.
 */
const [STARVED_MS, STARVED_AHEAD_MS] = [500, 50_000]
export type MediaFile = { src: string; bytes: number; table?: ClusterTable | undefined }

export type Feeding = {
  /** Anew, from nothing. */
  load(): void
  stop(): void
}

/** iPhones cannot. */
const canFeed = (type: string): boolean =>
  typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(type)

/**
 * Without a table, and in browsers that cannot be fed, the element has the file's address. If it was told before where it shall stand,
 * what is there is fetched at once.
 */
export function feedMedia(
  element: HTMLMediaElement,
  habit: Habit,
  { src, bytes, table }: MediaFile,
): Feeding {
  let clusters = table && canFeed(habit.type) ? clustersIn(table) : null
  let stop = () => {}
  const load = () => {
    const at = element.currentTime
    stop()
    stop = clusters ? feed({ element, habit, src, bytes, clusters, at, leave }) : () => {}
    if (!clusters) element.src = src
    // As another file begins it would be forgotten.
    element.currentTime = at
  }
  /** What cannot be fed may still be played. */
  const leave = () => {
    clusters = null
    load()
  }
  load()
  return { load, stop: () => stop() }
}

/** One after the other: a buffer takes nothing while it still works. */
function createFiller(opened: Promise<SourceBuffer>) {
  let last: Promise<unknown> = opened
  /** Once all is done that it was given. */
  const settled = () => last.catch(() => undefined).then(() => opened)
  const act = (work: (buffer: SourceBuffer) => void): Promise<void> => {
    const done = settled().then((buffer) => {
      work(buffer)
      return new Promise<void>((resolve) =>
        buffer.addEventListener('updateend', () => resolve(), { once: true }),
      )
    })
    last = done
    return done
  }
  return {
    settled,
    append: (content: BufferSource) => act((buffer) => buffer.appendBuffer(content)),
    /** ms. */
    remove: (from: number, to: number) => act((buffer) => buffer.remove(from / 1_000, to / 1_000)),
  }
}

/** `at`: seconds. `leave`: called when the element takes none of it, which is an error of it as well. */
type Fed = Whole & {
  element: HTMLMediaElement
  habit: Habit
  clusters: Clusters
  at: number
  leave: () => void
}

/** Returns the way to stop. */
function feed({ element, habit, clusters, at, leave, ...file }: Fed): () => void {
  const source = new MediaSource()
  const address = URL.createObjectURL(source)
  const read = createPartReader(file)
  const over = new AbortController()
  const { signal } = over
  const opened = new Promise<SourceBuffer>((resolve) => {
    const open = () => resolve(source.addSourceBuffer(habit.type))
    source.addEventListener('sourceopen', open, { signal, once: true })
  })
  const { settled, append, remove } = createFiller(opened)
  let flight: { part: Part; gone: AbortController } | null = null
  let came: Part | undefined
  let notBefore = 0
  let cameAt = Number.POSITIVE_INFINITY
  let unreachable = false

  const rest = () => {
    notBefore = performance.now() + PAUSE_MS / element.playbackRate
  }
  const drop = () => {
    flight?.gone.abort()
    flight = null
  }
  const stop = () => {
    over.abort()
    drop()
    URL.revokeObjectURL(address)
  }
  const place = () => Math.min(element.currentTime * 1_000, clusters.endMs - 1)
  const reach = () => reachOf(stretchesOf(element.buffered), place())
  const isShort = () => {
    const to = reach()
    return (
      to === null || (to - place() < habit.leastMs * element.playbackRate && !isAllThere(clusters, to, came))
    )
  }
  /** `had`: what has just come. */
  const look = (had?: Part) => {
    if (signal.aborted || element.error || element.readyState === HTMLMediaElement.HAVE_NOTHING) return
    const to = reach()
    if (to !== null && isAllThere(clusters, to, came)) return void opened.then(end)
    const starved =
      element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && performance.now() - cameAt >= STARVED_MS
    const ahead = (element.paused ? habit.leastMs : habit.aheadMs) * element.playbackRate
    const part = nextPart(clusters, habit, {
      reach: to,
      at: place(),
      ahead: starved ? STARVED_AHEAD_MS : ahead,
    })
    if (!part) return
    // It came, and is not of there.
    if (had && part.from === had.from && part.to <= had.to) return void fail(new OtherFile())
    if (flight && part.from >= flight.part.from && part.from < flight.part.to) return
    if (performance.now() < notBefore && !isShort() && !starved) return
    drop()
    void take(part)
  }
  const end = (buffer: SourceBuffer) => {
    if (source.readyState === 'open' && !buffer.updating) source.endOfStream()
  }
  const take = async (part: Part) => {
    const gone = new AbortController()
    flight = { part, gone }
    try {
      const [content] = await Promise.all([read(part, gone.signal), letGo(part)])
      const isThere = reach() !== null
      await append(content)
      came = part
      // Before it came the browser may have taken what follows for it, and shows that.
      if (habit.stands && !isThere && !element.seeking && reach() !== null)
        element.currentTime = place() / 1_000
      rest()
      cameAt = performance.now()
      setTimeout(look, STARVED_MS + 1)
    } catch (error) {
      if (!gone.signal.aborted) await fail(error)
      return
    } finally {
      if (flight?.gone === gone) flight = null
    }
    look(part)
  }
  const fail = async (error: unknown) => {
    unreachable = !(error instanceof OtherFile)
    // What is there plays on meanwhile.
    if (unreachable && !isShort()) return rest()
    // Once its end was told, or while it works, it takes no error.
    if ((await opened).updating || source.readyState === 'ended') await append(clusters.head)
    if (source.readyState === 'open') source.endOfStream(unreachable ? 'network' : 'decode')
  }

  /** What lies far off, and what would be taken for one with the part. */
  const letGo = async (part: Part) => {
    const there = stretchesOf((await settled()).buffered)
    const mistaken = mistakenFor(clusters, habit, there, part)
    const [from, to] = [place() - habit.keepMs, place() + habit.keepMs]
    for (const one of there) {
      if (mistaken.includes(one)) {
        await remove(one.from, one.to)
        continue
      }
      if (one.from < from) await remove(one.from, Math.min(one.to, from))
      if (one.to > to) await remove(Math.max(one.from, to), one.to)
    }
  }

  append(clusters.head).catch(() => fail(new OtherFile()))
  for (const name of ['loadedmetadata', 'seeking', 'timeupdate', 'waiting'])
    element.addEventListener(name, () => look(), { signal })
  element.addEventListener('error', () => unreachable || leave(), { signal })
  element.src = address
  // Where it shall stand is known: what is there need not wait until it is open.
  const first = at > 0 && nextPart(clusters, habit, { reach: null, at: at * 1_000, ahead: 0 })
  if (first) void take(first)
  return stop
}

const stretchesOf = (ranges: TimeRanges): Stretch[] =>
  Array.from({ length: ranges.length }, (_, index) => ({
    from: ranges.start(index) * 1_000,
    to: ranges.end(index) * 1_000,
  }))
