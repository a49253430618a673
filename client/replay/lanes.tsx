import { useStore } from '@nanostores/react'
import { useEffect, useRef } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import type { FoundLine } from '../../server/contract/finder.ts'
import { holeWords } from './hole-words.ts'
import { HitLane } from './hits.tsx'
import { listenToLanes } from './lane-gestures.ts'
import { useMarkWords } from './mark-words.ts'
import { Gaps, Holds, Holes, LoopRange, Pauses, Skipped } from './overlays.tsx'
import { pictureWords } from './picture-words.ts'
import { leftOf, usePlaced } from './placed.ts'
import type { Scene } from './scene.ts'
import { shareOf } from './view.ts'
import { WaveLane } from './wave-lane.tsx'

/** Everything on one time axis: events, each side's voice, pictures, holes; one cursor across all of it. */
export function Lanes({ scene, hits }: { scene: Scene; hits: readonly FoundLine[] | null }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => (box.current ? listenToLanes(box.current, scene) : undefined), [scene])
  return (
    <div ref={box} className="lanes" dir="ltr">
      <Skipped scene={scene} />
      <MarkLane scene={scene} />
      {scene.voices.map((voice) => (
        <WaveLane key={voice.seat} scene={scene} voice={voice} />
      ))}
      <OverLane scene={scene} />
      <PictureLane scene={scene} />
      <WeakLane scene={scene} />
      <MissingLane scene={scene} />
      <Holds scene={scene} />
      <Pauses scene={scene} />
      <Holes scene={scene} />
      <Gaps scene={scene} />
      {scene.waves.length === 0 ? <div className="lane plain" /> : null}
      <CommentLane scene={scene} />
      {hits ? <HitLane scene={scene} hits={hits} /> : null}
      <LoopRange scene={scene} />
      <Cursor scene={scene} />
    </div>
  )
}

function MarkLane({ scene }: { scene: Scene }) {
  const { moments } = usePlaced(scene)
  const markWords = useMarkWords()
  return (
    <div className="lane marks" aria-hidden="true">
      {moments(scene.marks).map(({ one, style }) => (
        <i
          key={one.seq}
          className={`mark ${one.type} ${one.side ?? ''}`}
          style={style}
          title={markWords(one)}
        />
      ))}
    </div>
  )
}

/** Both at once. */
function OverLane({ scene }: { scene: Scene }) {
  const { t, span } = useI18n()
  const { spans } = usePlaced(scene)
  const { over } = scene.talk
  if (scene.voices.length < 2) return null
  return (
    <div className="lane over" role="img" aria-label={t('replay.overs', { count: over.length })}>
      {spans(over).map(({ one, style }) => (
        <i
          key={one.from}
          className="bar"
          style={style}
          title={t('replay.over', { span: span(one.to - one.from) })}
        />
      ))}
    </div>
  )
}

function PictureLane({ scene }: { scene: Scene }) {
  const i18n = useI18n()
  const { spans } = usePlaced(scene)
  if (scene.pictures.length === 0) return null
  return (
    <div className="lane filmed">
      {spans(scene.pictures).map(({ one, style }) => (
        <i
          key={one.id}
          className={`bar ${one.side} ${one.source}`}
          style={style}
          title={pictureWords(i18n, one)}
        />
      ))}
    </div>
  )
}

function WeakLane({ scene }: { scene: Scene }) {
  const { t, span } = useI18n()
  const { spans } = usePlaced(scene)
  if (scene.weak.length === 0) return null
  return (
    <div className="lane weak" role="img" aria-label={t('replay.weaks', { count: scene.weak.length })}>
      {spans(scene.weak).map(({ one, style }) => (
        <i
          key={`${one.seat} ${one.from}`}
          className={`bar ${one.side}`}
          style={style}
          title={t(`replay.weak_${one.side}`, { span: span(one.to - one.from) })}
        />
      ))}
    </div>
  )
}

/** What of one track alone could not be written. */
function MissingLane({ scene }: { scene: Scene }) {
  const i18n = useI18n()
  const { spans } = usePlaced(scene)
  const missing = scene.holes.filter(({ track }) => track)
  if (missing.length === 0) return null
  return (
    <div className="lane weak" role="img" aria-label={i18n.t('replay.missing', { count: missing.length })}>
      {spans(missing).map(({ one, style }) => (
        <i
          key={`${one.track?.source} ${one.from}`}
          className={`bar ${one.track?.side}`}
          style={style}
          title={holeWords(i18n, one)}
        />
      ))}
    </div>
  )
}

function CommentLane({ scene }: { scene: Scene }) {
  const { t, time } = useI18n()
  const { moments, spans } = usePlaced(scene)
  const comments = useStore(scene.$comments)
  if (comments.length === 0) return null
  const parts = comments.flatMap(({ id, at: from, until: to }) => (to === null ? [] : [{ id, from, to }]))
  return (
    <div className="lane comments" aria-hidden="true">
      {spans(parts).map(({ one, style }) => (
        <i key={one.id} className="bar" style={style} />
      ))}
      {moments(comments).map(({ one, style }) => (
        <i
          key={one.id}
          className={`comment ${one.kind}`}
          style={style}
          title={`${time(one.at)} ${one.text || t('judge.flagged')}`}
        />
      ))}
    </div>
  )
}

/** Moved without React: it follows each picture. */
function Cursor({ scene: { player, $view } }: { scene: Scene }) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const move = () => {
      const [view, position] = [$view.get(), player.$position.get()]
      const share = shareOf(view, position)
      if (!line.current) return
      line.current.style.left = leftOf(view, position)
      line.current.hidden = share < 0 || share > 1
    }
    move()
    const stops = [player.$position.listen(move), $view.listen(move)]
    return () => stops.forEach((stop) => stop())
  }, [player, $view])
  return <div ref={line} className="cursor" aria-hidden="true" />
}
