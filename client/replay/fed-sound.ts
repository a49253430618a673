/**
 * Feeds a sound just the bytes of its file that it needs. An element that has the file's address reads whole blocks of the browser's
 * choice, two where a place lies at the end of one, and minutes ahead of what anybody listens to. Browsers themselves let go what lies
 * far behind: seen of files of 85 MB, of which Chromium keeps 12 and Firefox 14.
 */
import { createPartReader, OtherFile, type Whole } from './part-reader.ts'
import {
  type Clusters,
  clustersIn,
  isAllThere,
  nextPart,
  type Part,
  reachOf,
  type SoundTable,
  type Stretch,
} from './sound-parts.ts'

const TYPE = 'audio/webm; codecs="opus"'
/** So much is there ahead of what is heard: that a server starts again is not noticed. At 1×, as the next one. */
const AHEAD_MS = 20_000
/** With less a browser may not say that it can play on. Who stands may go elsewhere, and needs no more. */
const LEAST_MS = 1_000
/** While there is enough no part follows another sooner: who has just gone somewhere may go on elsewhere, and what failed may fail again. */
const PAUSE_MS = 1_000

export type SoundFile = Whole & { table?: SoundTable | undefined }

export type Feeding = {
  /** Anew, from nothing. */
  load(): void
  stop(): void
}

/** iPhones cannot. */
const canFeed = (): boolean => typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(TYPE)

/** Without a table, and in browsers that cannot be fed, the element has the file's address. */
export function feedSound(element: HTMLMediaElement, { table, ...file }: SoundFile): Feeding {
  let clusters = table && canFeed() ? clustersIn(table) : null
  let stop = () => {}
  const load = () => {
    stop()
    stop = clusters ? feed(element, file, clusters, leave) : () => {}
    if (!clusters) element.src = file.src
  }
  /** What cannot be fed may still be played. */
  const leave = () => {
    const at = element.currentTime
    clusters = null
    load()
    element.currentTime = at
  }
  load()
  return { load, stop: () => stop() }
}

const updated = (buffer: SourceBuffer) =>
  new Promise((resolve) => buffer.addEventListener('updateend', resolve, { once: true }))

async function append(buffer: SourceBuffer, content: BufferSource): Promise<void> {
  if (buffer.updating) await updated(buffer)
  buffer.appendBuffer(content)
  await updated(buffer)
}

/** `leave`: called when the element takes none of it, which is an error of it as well. Returns the way to stop. */
function feed(element: HTMLMediaElement, file: Whole, clusters: Clusters, leave: () => void): () => void {
  const source = new MediaSource()
  const address = URL.createObjectURL(source)
  const read = createPartReader(file)
  const over = new AbortController()
  let flight: { part: Part; gone: AbortController } | null = null
  let notBefore = 0
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
    return to === null || (to - place() < LEAST_MS * element.playbackRate && !isAllThere(clusters, to))
  }
  /** `had`: what has just come. */
  const look = (buffer: SourceBuffer, had?: Part) => {
    if (over.signal.aborted || element.error || element.readyState === HTMLMediaElement.HAVE_NOTHING) return
    const to = reach()
    if (to !== null && isAllThere(clusters, to)) {
      if (source.readyState === 'open' && !buffer.updating) source.endOfStream()
      return
    }
    const ahead = (element.paused ? LEAST_MS : AHEAD_MS) * element.playbackRate
    const part = nextPart(clusters, to, place(), ahead)
    if (!part) return
    // It came, and is not of there.
    if (had && part.from === had.from && part.to <= had.to) return void fail(buffer, new OtherFile())
    if (flight && part.from >= flight.part.from && part.from < flight.part.to) return
    if (performance.now() < notBefore && !isShort()) return
    drop()
    void take(buffer, part)
  }
  const take = async (buffer: SourceBuffer, part: Part) => {
    const gone = new AbortController()
    flight = { part, gone }
    try {
      const content = await read(part, gone.signal)
      await append(buffer, content)
      rest()
    } catch (error) {
      if (!gone.signal.aborted) await fail(buffer, error)
      return
    } finally {
      if (flight?.gone === gone) flight = null
    }
    look(buffer, part)
  }
  const fail = async (buffer: SourceBuffer, error: unknown) => {
    unreachable = !(error instanceof OtherFile)
    // What is there plays on meanwhile.
    if (unreachable && !isShort()) return rest()
    // Once its end was told it takes no error until it is opened again.
    if (buffer.updating || source.readyState === 'ended') await append(buffer, clusters.head)
    if (source.readyState === 'open') source.endOfStream(unreachable ? 'network' : 'decode')
  }

  const { signal } = over
  const begin = () => {
    const buffer = source.addSourceBuffer(TYPE)
    for (const name of ['loadedmetadata', 'seeking', 'timeupdate', 'waiting'])
      element.addEventListener(name, () => look(buffer), { signal })
    append(buffer, clusters.head).catch(() => fail(buffer, new OtherFile()))
  }
  source.addEventListener('sourceopen', begin, { signal, once: true })
  element.addEventListener('error', () => unreachable || leave(), { signal })
  element.src = address
  return stop
}

const stretchesOf = (ranges: TimeRanges): Stretch[] =>
  Array.from({ length: ranges.length }, (_, index) => ({
    from: ranges.start(index) * 1_000,
    to: ranges.end(index) * 1_000,
  }))
