import { useStore } from '@nanostores/react'
import { type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { wholeIcon, zoomInIcon, zoomOutIcon } from '../ui/icons-replay.ts'
import { onAxis, leftOf, widthOf } from './placed.ts'
import type { Scene } from './scene.ts'
import { isClosest, isWhole, moved, whole, zoomed } from './view.ts'
import { barsPath } from './wave.ts'

const STEP = 2

/** Closer to the moment that is played, or further away; `null`: all of it. */
export function zoomBy({ $view, axis, player }: Scene, times: number | null): void {
  const position = player.$position.get()
  const view = $view.get()
  $view.set(times === null ? whole(axis.length) : zoomed(view, axis.length, times, position))
}
export const closer = (scene: Scene): void => zoomBy(scene, STEP)
export const further = (scene: Scene): void => zoomBy(scene, 1 / STEP)

/** The whole of the conversation, with what of it the lanes show; and how close that is. */
export function Zoom({ scene }: { scene: Scene }) {
  const { t } = useI18n()
  const view = useStore(scene.$view)
  const all = isWhole(view, scene.axis.length)
  return (
    <div className="zoom" dir="ltr" role="group" aria-label={t('replay.zoom')}>
      <IconButton
        icon={zoomOutIcon}
        label={t('replay.zoomOut')}
        shortcut="−"
        aria-disabled={all}
        onClick={() => further(scene)}
      />
      <Minimap scene={scene} />
      <IconButton
        icon={zoomInIcon}
        label={t('replay.zoomIn')}
        shortcut="+"
        aria-disabled={isClosest(view, scene.axis.length)}
        onClick={() => closer(scene)}
      />
      <IconButton
        icon={wholeIcon}
        label={t('replay.zoomWhole')}
        shortcut="0"
        aria-disabled={all}
        onClick={() => zoomBy(scene, null)}
      />
    </div>
  )
}

/** Keys and buttons do the same for those who use no pointer. */
function Minimap({ scene }: { scene: Scene }) {
  const { axis, $view } = scene
  const view = useStore($view)
  const all = useMemo(() => whole(axis.length), [axis])
  const show = ({ currentTarget, clientX, buttons, type, pointerId }: PointerEvent<HTMLDivElement>) => {
    if (type === 'pointermove' && buttons !== 1) return
    if (type === 'pointerdown') currentTarget.setPointerCapture(pointerId)
    const { left, width } = currentTarget.getBoundingClientRect()
    const middle = ((clientX - left) / Math.max(1, width)) * all.to
    $view.set(moved(view, axis.length, middle - (view.from + view.to) / 2))
  }
  return (
    <div className="minimap" aria-hidden="true" onPointerDown={show} onPointerMove={show}>
      {scene.voices.map(({ seat, side }) => (
        <SpeechOf key={seat} scene={scene} seat={seat} side={side} />
      ))}
      <i className="minimap-view" style={widthOf(all, view)} />
      <Here scene={scene} />
    </div>
  )
}

type Of = { scene: Scene; seat: string; side: string }

function SpeechOf({ scene: { talk, axis }, seat, side }: Of) {
  const path = useMemo(() => {
    const spans = (talk.speech.get(seat) ?? []).map((span) => onAxis(axis, span))
    return barsPath(spans, whole(axis.length))
  }, [talk, axis, seat])
  return (
    <svg className={`speech ${side}`} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}

function Here({ scene: { player, axis } }: { scene: Scene }) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(
    () =>
      player.$position.subscribe((position) => {
        if (line.current) line.current.style.left = leftOf(whole(axis.length), position)
      }),
    [player, axis],
  )
  return <div ref={line} className="minimap-here" />
}
