/** Which parts of the conversation a player has played, to be told to the audit log. */
import type { Axis, Span } from './axis.ts'
import type { Player } from './player.ts'

export type Played = {
  /** What was played since the last call, in the conversation's time (ms since 1970), each part once. */
  take(): Span[]
  close(): void
}

type Watched = { axis: Pick<Axis, 'toTime'>; player: Pick<Player, '$position' | '$playing' | '$seeks'> }

export function createPlayed({ axis, player }: Watched): Played {
  const { $position, $playing, $seeks } = player
  let spans: Span[] = []
  let begin = $playing.get() ? $position.get() : null
  /** Before the position was last moved: a jump tells only after it where it has gone. */
  let before = $position.get()
  const end = (at: number) => {
    if (begin !== null && at > begin) spans.push({ from: axis.toTime(begin), to: axis.toTime(at) })
    begin = null
  }
  const stops = [
    $position.listen((_, old) => {
      before = old ?? before
    }),
    $seeks.listen(() => {
      end(before)
      if ($playing.get()) begin = $position.get()
    }),
    $playing.listen((playing) => {
      if (playing) begin = $position.get()
      else end($position.get())
    }),
  ]
  return {
    take() {
      const here = $position.get()
      const goesOn = begin !== null
      end(here)
      if (goesOn) begin = here
      const taken = joined(spans)
      spans = []
      return taken
    },
    close: () => stops.forEach((stop) => stop()),
  }
}

/** In order, those that touch as one. */
function joined(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  const whole = spans.map(({ from, to }) => ({ from: Math.round(from), to: Math.round(to) }))
  for (const span of whole.sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else out.push(span)
  }
  return out
}
