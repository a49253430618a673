/** What every player of a conversation has: the desk's replay, a clip, and the page of a package. */
import { useStore } from '@nanostores/react'
import { computed } from 'nanostores'
import { useEffect, useMemo, useState } from 'react'
import type { I18n } from '../i18n/i18n.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { pauseIcon, playIcon, rotateCcwIcon, rotateCwIcon } from '../ui/icons.ts'
import { Spinner } from '../ui/spinner.tsx'
import type { Axis } from './axis.ts'
import { pictureWords } from './picture-words.ts'
import type { Player } from './player.ts'
import type { Picture } from './scene.ts'

type Played = { player: Player; axis: Axis }

/** The position in whole seconds: what shows it is drawn once a second. A moment's address is true to the ms, and no more. */
function useSeconds(player: Player): number {
  const $seconds = useMemo(
    () => computed(player.$position, (position) => Math.floor((position + 1) / 1_000)),
    [player],
  )
  return useStore($seconds)
}

/** Back, play or pause, forward. Time runs from left to right in every language. */
export function PlayButtons({ player }: { player: Player }) {
  const { t } = useI18n()
  const playing = useStore(player.$playing)
  return (
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
  )
}

/** Where it is, how long it is, and what time it was. */
export function Clock({ player, axis }: Played) {
  const { clock, time } = useI18n()
  const at = useSeconds(player) * 1_000
  return (
    <span className="clock transport-clock">
      <bdi>{clock(at)}</bdi> / <bdi>{clock(axis.length)}</bdi>
      <small>{time(axis.toTime(at))}</small>
    </span>
  )
}

/** What comes sooner is not worth a word. */
const TOLD_AFTER_MS = 500

type Loaded = { player: Player; pictures: readonly Picture[] }

/** What the parts of these ids are, each once. */
const namesOf = (i18n: I18n, pictures: readonly Picture[], ids: readonly string[]): string => {
  const names = ids.map((id) => {
    const picture = pictures.find((one) => one.id === id)
    return picture ? pictureWords(i18n, picture) : i18n.t('replay.sound')
  })
  return i18n.list([...new Set(names)])
}

/** What could not be had however often it was tried. */
export function NotLoaded({ player, pictures }: Loaded) {
  const i18n = useI18n()
  const ids = useStore(player.loads.$lost)
  if (ids.length === 0) return null
  return (
    <p className="not-loaded" role="alert">
      {i18n.t('replay.notLoaded', { what: namesOf(i18n, pictures, ids) })}
      <Button onClick={() => player.retry()}>{i18n.t('common.tryAgain')}</Button>
    </p>
  )
}

/** What should play here and is not there yet. It takes the room between the buttons. */
export function StillLoading({ player, pictures }: Loaded) {
  const i18n = useI18n()
  const ids = useStore(player.$loading)
  const waits = ids.length > 0
  const [told, setTold] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setTold(waits), waits ? TOLD_AFTER_MS : 0)
    return () => clearTimeout(timer)
  }, [waits])
  return (
    <span className="transport-gap" role="status">
      {told && waits ? (
        <span className="transport-loading">
          <Spinner size={16} /> {i18n.t('replay.stillLoading', { what: namesOf(i18n, pictures, ids) })}
        </span>
      ) : null}
    </span>
  )
}

export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]

export function Speed({ player, chosen }: { player: Player; chosen?: (rate: number) => void }) {
  const { t, n } = useI18n()
  const choose = (rate: number) => {
    player.setRate(rate)
    chosen?.(rate)
  }
  return (
    <select
      className="field transport-speed"
      aria-label={t('replay.speed')}
      value={useStore(player.$rate)}
      onChange={(event) => choose(Number(event.currentTarget.value))}
    >
      {SPEEDS.map((speed) => (
        <option key={speed} value={speed}>
          {n(speed)}×
        </option>
      ))}
    </select>
  )
}

/** The same axis for keyboard and screen reader. */
export function SeekSlider({ player, axis }: Played) {
  const { t, clock } = useI18n()
  const seconds = useSeconds(player)
  return (
    <input
      className="seek"
      type="range"
      dir="ltr"
      aria-label={t('replay.seek')}
      aria-valuetext={`${clock(seconds * 1_000)} / ${clock(axis.length)}`}
      min={0}
      max={Math.ceil(axis.length / 1_000)}
      step={1}
      value={seconds}
      onChange={(event) => player.seek(Number(event.currentTarget.value) * 1_000)}
    />
  )
}
