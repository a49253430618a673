/** What lies across all lanes: holds, pauses, holes, leaps of the axis, silences that are left out, the range that repeats. */
import { useStore } from '@nanostores/react'
import { useI18n } from '../i18n/use-i18n.ts'
import { holeWords } from './hole-words.ts'
import { pauseWords } from './pause-words.ts'
import { leftOf, usePlaced, widthOf } from './placed.ts'
import type { Scene } from './scene.ts'

type Props = { scene: Scene }

export function Holds({ scene }: Props) {
  const { t, span } = useI18n()
  return usePlaced(scene)
    .spans(scene.holds)
    .map(({ one, style }) => (
      <i
        key={one.from}
        className="hold"
        style={style}
        title={t('replay.hold', { span: span(one.to - one.from) })}
      />
    ))
}

export function Pauses({ scene }: Props) {
  const i18n = useI18n()
  return usePlaced(scene)
    .spans(scene.pauses)
    .map(({ one, style }) => (
      <i key={one.from} className="hole pause" style={style} title={pauseWords(i18n, one)}>
        <span>{pauseWords(i18n, one)}</span>
      </i>
    ))
}

/** Of the whole call: those of one track have a lane of their own. */
export function Holes({ scene }: Props) {
  const i18n = useI18n()
  return usePlaced(scene)
    .spans(scene.holes.filter(({ track }) => !track))
    .map(({ one, style }) => <i key={one.from} className="hole" style={style} title={holeWords(i18n, one)} />)
}

export function Gaps({ scene: { axis, $view } }: Props) {
  const { t, span } = useI18n()
  const view = useStore($view)
  return axis.gaps.map(({ play, time }) => (
    <i
      key={play.from}
      className="gap"
      style={widthOf(view, play)}
      title={t('replay.skipped', { span: span(time.to - time.from) })}
    />
  ))
}

export function Skipped({ scene: { steering, $view } }: Props) {
  const { t, span } = useI18n()
  const view = useStore($view)
  if (!useStore(steering.$skip)) return null
  return steering.silences
    .filter(({ from, to }) => to > view.from && from < view.to)
    .map((silence) => (
      <i
        key={silence.from}
        className="silence"
        style={widthOf(view, silence)}
        title={t('replay.skipped', { span: span(silence.to - silence.from) })}
      />
    ))
}

export function LoopRange({ scene: { steering, $view } }: Props) {
  const view = useStore($view)
  const { begin, loop } = useStore(steering.$range)
  if (loop) return <i className="loop" style={widthOf(view, loop)} aria-hidden="true" />
  return begin === null ? null : (
    <i className="loop begun" style={{ left: leftOf(view, begin) }} aria-hidden="true" />
  )
}
