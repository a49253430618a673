import { useStore } from '@nanostores/react'
import { useMemo } from 'react'
import { LaneName } from './lane.tsx'
import { isHeard } from './mix.ts'
import { onAxis, usePlaced, widthOf } from './placed.ts'
import type { Scene, Wave } from './scene.ts'
import type { Voice } from './voice-files.ts'
import { useVoiceWords } from './voice-words.ts'
import { barsPath, columnsOf, partIn, wavePath } from './wave.ts'

const COLUMNS = 900

/** One side's loudness, and under it where they speak. */
export function WaveLane({ scene, voice }: { scene: Scene; voice: Voice }) {
  const { seat, side } = voice
  const label = useVoiceWords()(voice)
  const heard = isHeard(useStore(scene.$mix), seat)
  const waves = scene.waves.filter((wave) => wave.seat === seat)
  if (waves.length === 0) return null
  return (
    <div className={`lane wave ${side}`} data-heard={heard} role="img" aria-label={label}>
      <LaneName>{label}</LaneName>
      {waves.map((wave) => (
        <WaveOf key={wave.from} scene={scene} wave={wave} />
      ))}
      <Speech scene={scene} seat={seat} />
    </div>
  )
}

/** Only what is in view is drawn, as finely as it is kept. */
function WaveOf({ scene, wave }: { scene: Scene; wave: Wave }) {
  const { view } = usePlaced(scene)
  const drawn = useMemo(() => {
    const part = partIn(onAxis(scene.axis, wave), wave.peaks, view)
    return part && { span: part.span, path: wavePath(columnsOf(part.peaks, COLUMNS)) }
  }, [scene, wave, view])
  if (!drawn) return null
  return (
    <svg style={widthOf(view, drawn.span)} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      <path d={drawn.path} />
    </svg>
  )
}

function Speech({ scene: { talk, axis, $view }, seat }: { scene: Scene; seat: Voice['seat'] }) {
  const view = useStore($view)
  const path = useMemo(() => {
    const spans = (talk.speech.get(seat) ?? []).map((span) => onAxis(axis, span))
    return barsPath(spans, view)
  }, [talk, axis, seat, view])
  return (
    <svg className="speech" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}
