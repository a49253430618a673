import { useStore } from '@nanostores/react'
import { useMemo } from 'react'
import { computed } from 'nanostores'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { pauseIcon, playIcon, rotateCcwIcon, rotateCwIcon, xIcon } from '../ui/icons.ts'
import { rangeBeginIcon, rangeEndIcon } from '../ui/icons-replay.ts'
import { rememberRate, rememberSkip, SPEEDS } from './remembered.ts'
import { CopyLink } from './copy-link.tsx'
import type { Scene } from './scene.ts'

/** Play, pause, seek, speed, and whom to hear. */
export function Transport({ scene }: { scene: Scene }) {
  const { t, n } = useI18n()
  const { player } = scene
  const playing = useStore(player.$playing)
  const rate = useStore(player.$rate)
  const choose = (next: number) => {
    player.setRate(next)
    rememberRate(next)
  }
  return (
    <div className="transport">
      <div className="transport-buttons" dir="ltr">
        <IconButton
          icon={rotateCcwIcon}
          label={t('replay.back5')}
          shortcut="←"
          onClick={() => player.skip(-5_000)}
        />
        <IconButton
          icon={playing ? pauseIcon : playIcon}
          look="primary"
          label={t(playing ? 'replay.pause' : 'replay.play')}
          shortcut="Space"
          onClick={() => (playing ? player.pause() : player.play())}
        />
        <IconButton
          icon={rotateCwIcon}
          label={t('replay.forward5')}
          shortcut="→"
          onClick={() => player.skip(5_000)}
        />
      </div>
      <Clock scene={scene} />
      <CopyLink scene={scene} />
      <span className="transport-gap" />
      <Loop scene={scene} />
      {scene.waves.length > 0 ? <Skip scene={scene} /> : null}
      <select
        className="field transport-speed"
        aria-label={t('replay.speed')}
        value={rate}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {n(speed)}×
          </option>
        ))}
      </select>
    </div>
  )
}

/** From here on, and up to here. */
export const beginLoop = ({ steering, player }: Scene): void => steering.beginAt(player.$position.get())
export function endLoop({ steering, player }: Scene): void {
  const begin = steering.endAt(player.$position.get())
  if (begin !== null) player.seek(begin)
}

function Loop({ scene }: { scene: Scene }) {
  const { t } = useI18n()
  const { begin, loop } = useStore(scene.steering.$range)
  return (
    <div className="row" dir="ltr" role="group" aria-label={t('replay.loop')}>
      <IconButton
        icon={rangeBeginIcon}
        label={t('replay.loopFrom')}
        shortcut="A"
        aria-pressed={begin !== null}
        onClick={() => beginLoop(scene)}
      />
      <IconButton
        icon={rangeEndIcon}
        label={t('replay.loopTo')}
        shortcut="B"
        aria-pressed={loop !== null}
        aria-disabled={begin === null}
        onClick={() => endLoop(scene)}
      />
      {begin === null ? null : (
        <IconButton
          icon={xIcon}
          label={t('replay.loopEnd')}
          shortcut="Esc"
          onClick={() => scene.steering.end()}
        />
      )}
    </div>
  )
}

function Skip({ scene: { steering } }: { scene: Scene }) {
  const { t } = useI18n()
  const choose = (on: boolean) => {
    steering.$skip.set(on)
    rememberSkip(on)
  }
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={useStore(steering.$skip)}
        onChange={(event) => choose(event.currentTarget.checked)}
      />
      {t('replay.skipSilence')}
    </label>
  )
}

const useSeconds = ({ player }: Scene): number => {
  const $seconds = useMemo(
    () => computed(player.$position, (position) => Math.floor(position / 1_000)),
    [player],
  )
  return useStore($seconds)
}

function Clock({ scene }: { scene: Scene }) {
  const { clock, time } = useI18n()
  const seconds = useSeconds(scene)
  return (
    <span className="clock transport-clock">
      <bdi>{clock(seconds * 1_000)}</bdi> / <bdi>{clock(scene.axis.length)}</bdi>
      <small>{time(scene.axis.toTime(seconds * 1_000))}</small>
    </span>
  )
}

/** The same axis for keyboard and screen reader. */
export function SeekSlider({ scene }: { scene: Scene }) {
  const { t, clock } = useI18n()
  const seconds = useSeconds(scene)
  return (
    <input
      className="seek"
      type="range"
      dir="ltr"
      aria-label={t('replay.seek')}
      aria-valuetext={`${clock(seconds * 1_000)} / ${clock(scene.axis.length)}`}
      min={0}
      max={Math.ceil(scene.axis.length / 1_000)}
      step={1}
      value={seconds}
      onChange={(event) => scene.player.seek(Number(event.currentTarget.value) * 1_000)}
    />
  )
}
