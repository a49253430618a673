import { useStore } from '@nanostores/react'
import { useEffect, useMemo, useRef } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import type { FoundLine } from '../../server/contract/finder.ts'
import { holeWords } from './hole-words.ts'
import { HitLane } from './hits.tsx'
import { Lane } from './lane.tsx'
import { listenToLanes } from './lane-gestures.ts'
import { markWords } from './mark-words.ts'
import { laneOf, type MarkLane as MarkLaneKind, markLanes } from './marks.ts'
import { Gaps, Holds, Holes, LoopRange, Pauses, Skipped } from './overlays.tsx'
import { pauseWords } from './pause-words.ts'
import { pictureWords } from './picture-words.ts'
import { leftOf, usePlaced } from './placed.ts'
import type { Picture, Scene } from './scene.ts'
import { shareOf } from './view.ts'
import { WaveLane } from './wave-lane.tsx'

/** Everything on one time axis, a lane for each kind; one cursor across all of it. */
export function Lanes({ scene, hits }: { scene: Scene; hits: readonly FoundLine[] | null }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => (box.current ? listenToLanes(box.current, scene) : undefined), [scene])
  return (
    <div ref={box} className="lanes" dir="ltr">
      <Skipped scene={scene} />
      {scene.voices.map((voice) => (
        <WaveLane key={voice.seat} scene={scene} voice={voice} />
      ))}
      <OverLane scene={scene} />
      <PictureLane scene={scene} source="cam" />
      <PictureLane scene={scene} source="screen" />
      {markLanes.map((kind) => (
        <MarkLane key={kind} scene={scene} kind={kind} />
      ))}
      <WeakLane scene={scene} />
      <HoleLane scene={scene} />
      <Holds scene={scene} />
      <Pauses scene={scene} />
      <Holes scene={scene} />
      <Gaps scene={scene} />
      <CommentLane scene={scene} />
      {hits ? <HitLane scene={scene} hits={hits} /> : null}
      <LoopRange scene={scene} />
      <Cursor scene={scene} />
    </div>
  )
}

function MarkLane({ scene, kind }: { scene: Scene; kind: MarkLaneKind }) {
  const { moments } = usePlaced(scene)
  const i18n = useI18n()
  const marks = useMemo(() => scene.marks.filter((mark) => laneOf(mark) === kind), [scene, kind])
  return (
    <Lane kind={kind} count={marks.length}>
      {moments(marks).map(({ one, style }) => (
        <i
          key={one.seq}
          className={`mark ${one.type} ${one.side ?? ''}`}
          style={style}
          title={markWords(i18n, one)}
        />
      ))}
    </Lane>
  )
}

/** Both at once. */
function OverLane({ scene }: { scene: Scene }) {
  const { t, span } = useI18n()
  const { spans } = usePlaced(scene)
  const { over } = scene.talk
  return (
    <Lane kind="over" count={over.length}>
      {spans(over).map(({ one, style }) => (
        <i
          key={one.from}
          className="bar"
          style={style}
          title={t('replay.over', { span: span(one.to - one.from) })}
        />
      ))}
    </Lane>
  )
}

function PictureLane({ scene, source }: { scene: Scene; source: Picture['source'] }) {
  const i18n = useI18n()
  const { spans } = usePlaced(scene)
  const pictures = scene.pictures.filter((picture) => picture.source === source)
  return (
    <Lane kind={source} count={pictures.length}>
      {spans(pictures).map(({ one, style }) => (
        <i key={one.id} className={`bar ${one.side}`} style={style} title={pictureWords(i18n, one)} />
      ))}
    </Lane>
  )
}

function WeakLane({ scene }: { scene: Scene }) {
  const { t, span } = useI18n()
  const { spans } = usePlaced(scene)
  return (
    <Lane kind="weak" count={scene.weak.length}>
      {spans(scene.weak).map(({ one, style }) => (
        <i
          key={`${one.seat} ${one.from}`}
          className={`bar ${one.side}`}
          style={style}
          title={t(`replay.weak_${one.side}`, { span: span(one.to - one.from) })}
        />
      ))}
    </Lane>
  )
}

/** What was not recorded, knowingly or not: of everybody, or of one track alone. */
function HoleLane({ scene }: { scene: Scene }) {
  const i18n = useI18n()
  const { spans } = usePlaced(scene)
  const { holes, pauses } = scene
  return (
    <Lane kind="hole" count={holes.length + pauses.length}>
      {spans(pauses).map(({ one, style }) => (
        <i key={`pause ${one.from}`} className="bar" style={style} title={pauseWords(i18n, one)} />
      ))}
      {spans(holes).map(({ one, style }) => (
        <i
          key={`${one.track?.side} ${one.track?.source} ${one.from}`}
          className={`bar ${one.track?.side ?? ''}`}
          style={style}
          title={holeWords(i18n, one)}
        />
      ))}
    </Lane>
  )
}

function CommentLane({ scene }: { scene: Scene }) {
  const { t, time } = useI18n()
  const { moments, spans } = usePlaced(scene)
  const comments = useStore(scene.$comments)
  const parts = comments.flatMap(({ id, at: from, until: to }) => (to === null ? [] : [{ id, from, to }]))
  return (
    <Lane kind="comment" count={comments.length}>
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
    </Lane>
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
