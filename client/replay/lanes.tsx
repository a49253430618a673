import { useStore } from '@nanostores/react'
import { type PointerEvent, useEffect, useRef } from 'react'
import type { Key } from '../i18n/keys.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Axis, Span } from './axis.ts'
import { useMarkWords } from './mark-words.ts'
import { pauseWords } from './pause-words.ts'
import { pictureWords } from './picture-words.ts'
import type { Scene, Voice } from './scene.ts'

const share = (axis: Axis, play: number) => `${(play / Math.max(1, axis.length)) * 100}%`

/** Left and width of a span of conversation time on the axis. Time runs from left to right in every language. */
function placed(axis: Axis, { from, to }: Span) {
  const start = axis.toPlay(from)
  return { left: share(axis, start), width: share(axis, axis.toPlay(to) - start) }
}

const holeWords: Readonly<Record<string, Key>> = {
  paused: 'replay.hole_pause',
  diskFull: 'replay.hole_full',
}

/** Everything on one time axis: events, each side's voice, pictures, holes; one cursor across all of it. */
export function Lanes({ scene }: { scene: Scene }) {
  const i18n = useI18n()
  const { t, span } = i18n
  const { axis, player, marks, waves, pictures, holes, holds } = scene
  const markWords = useMarkWords()
  const seekTo = ({ currentTarget, clientX, buttons, type }: PointerEvent<HTMLDivElement>) => {
    if (type === 'pointermove' && buttons !== 1) return
    const box = currentTarget.getBoundingClientRect()
    player.seek(((clientX - box.left) / box.width) * axis.length)
  }
  return (
    <div className="lanes" dir="ltr" onPointerDown={seekTo} onPointerMove={seekTo}>
      <div className="lane marks" aria-hidden="true">
        {marks.map((mark) => (
          <i
            key={mark.seq}
            className={`mark ${mark.type} ${mark.side ?? ''}`}
            style={{ left: share(axis, axis.toPlay(mark.at)) }}
            title={markWords(mark)}
          />
        ))}
      </div>
      {scene.voices.map((voice) => (
        <WaveLane key={voice.seat} scene={scene} voice={voice} />
      ))}
      {pictures.length > 0 ? (
        <div className="lane pictures">
          {pictures.map((picture) => (
            <i
              key={picture.id}
              className={`bar ${picture.side} ${picture.source}`}
              style={placed(axis, picture)}
              title={pictureWords(i18n, picture)}
            />
          ))}
        </div>
      ) : null}
      {holds.map((hold) => (
        <i
          key={hold.from}
          className="hold"
          style={placed(axis, hold)}
          title={t('replay.hold', { span: span(hold.to - hold.from) })}
        />
      ))}
      {scene.pauses.map((pause) => (
        <i
          key={pause.from}
          className="hole pause"
          style={placed(axis, pause)}
          title={pauseWords(i18n, pause)}
        >
          <span>{pauseWords(i18n, pause)}</span>
        </i>
      ))}
      {holes.map((hole) => (
        <i
          key={hole.from}
          className="hole"
          style={placed(axis, hole)}
          title={t('replay.hole', {
            reason: t(holeWords[hole.reason] ?? 'replay.hole_lost'),
            span: span(hole.to - hole.from),
          })}
        />
      ))}
      {axis.gaps.map(({ play, time }) => (
        <i
          key={play.from}
          className="gap"
          style={{ left: share(axis, play.from), width: share(axis, play.to - play.from) }}
          title={t('replay.skipped', { span: span(time.to - time.from) })}
        />
      ))}
      {waves.length === 0 ? <div className="lane plain" /> : null}
      <CommentLane scene={scene} />
      <Cursor scene={scene} />
    </div>
  )
}

function WaveLane({ scene, voice: { seat, side, name } }: { scene: Scene; voice: Voice }) {
  const { t } = useI18n()
  const heard = !useStore(scene.$silenced).has(seat)
  const waves = scene.waves.filter((wave) => wave.seat === seat)
  if (waves.length === 0) return null
  const label = name === null ? t(`replay.wave_${side}`) : t('replay.wave_of', { name })
  return (
    <div className={`lane wave ${side}`} data-heard={heard} role="img" aria-label={label}>
      {waves.map((wave) => (
        <svg
          key={wave.from}
          style={placed(scene.axis, wave)}
          viewBox="0 0 1 1"
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <path d={wave.path} />
        </svg>
      ))}
    </div>
  )
}

function CommentLane({ scene: { $comments, axis } }: { scene: Scene }) {
  const { t, time } = useI18n()
  const comments = useStore($comments)
  if (comments.length === 0) return null
  return (
    <div className="lane comments" aria-hidden="true">
      {comments.map(({ id, at, text, kind }) => (
        <i
          key={id}
          className={`comment ${kind}`}
          style={{ left: share(axis, axis.toPlay(at)) }}
          title={`${time(at)} ${text || t('judge.flagged')}`}
        />
      ))}
    </div>
  )
}

/** Moved without React: it follows each picture. */
function Cursor({ scene: { player, axis } }: { scene: Scene }) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(
    () =>
      player.$position.subscribe((position) => {
        if (line.current) line.current.style.left = share(axis, position)
      }),
    [player, axis],
  )
  return <div ref={line} className="cursor" aria-hidden="true" />
}
