import { useStore } from '@nanostores/react'
import { computed } from 'nanostores'
import { type ReactNode, type RefObject, useEffect, useMemo, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { videoIcon } from '../ui/icons.ts'
import type { Axis } from './axis.ts'
import { Picture } from './picture.tsx'
import { pictureWords } from './picture-words.ts'
import type { Player } from './player.ts'
import type { Picture as PictureOf } from './scene.ts'
import type { Screens } from './screens.ts'

const AHEAD_MS = 2_000

/** Ids of the pictures at the moment, and of those due in `ahead` ms: `on` and `soon`. Equal sets give the same text. */
function near(pictures: readonly PictureOf[], time: number, ahead: number): string {
  return pictures
    .filter(({ from, to }) => time >= from - ahead && time < to)
    .map(({ id, from }) => `${id} ${time >= from ? 'on' : 'soon'}`)
    .join('\n')
}

type Props = {
  pictures: readonly PictureOf[]
  player: Player
  axis: Axis
  /** Where those that are at hand are entered. */
  screens: Screens
  /** What can be done with one. */
  tools?: (video: RefObject<HTMLVideoElement | null>, label: string) => ReactNode
}

/** One that was taken into a window of its own: whose, of what, and by which element. `out`: it still is. */
type Kept = { label: string; key: string; out: boolean }

/** The pictures of the moment, side by side. */
export function Pictures({ pictures, player, axis, screens, tools }: Props) {
  const i18n = useI18n()
  const $near = useMemo(
    () =>
      computed([player.$position, player.$rate], (position, rate) =>
        near(pictures, axis.toTime(position), AHEAD_MS * rate),
      ),
    [player, pictures, axis],
  )
  const states = new Map(
    useStore($near)
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
  const drawn = pictures
    .filter(({ id }) => states.has(id))
    .map((picture) => ({
      picture,
      label: pictureWords(i18n, picture),
      shown: states.get(picture.id) === 'on',
    }))
  const { kept, waits, move } = useKept({ pictures, player, axis }, (label) =>
    drawn.some((one) => one.shown && one.label === label),
  )
  const keyOf = ({ picture: { id }, label, shown }: (typeof drawn)[number]) => {
    if (kept?.label !== label) return id
    return shown ? kept.key : `soon ${id}`
  }
  const all: { key: string; picture: PictureOf | null; label: string; shown: boolean }[] = drawn.map(
    (one) => ({ ...one, key: keyOf(one) }),
  )
  if (kept && waits) all.push({ ...kept, picture: null, shown: false })
  if (pictures.length === 0) return null
  return (
    <div className="stage">
      {all.map(({ key, picture, label, shown }) => (
        <Picture
          key={key}
          {...{ picture, player, label, shown, screens }}
          moved={(out) => move({ label, key, out })}
          tools={tools && ((video) => tools(video, label))}
        />
      ))}
      {drawn.some(({ shown }) => shown) ? null : (
        <p className="stage-empty">
          <Icon of={videoIcon} />
          {i18n.t('replay.noPicture')}
        </p>
      )}
    </div>
  )
}

/**
 * A window closes with its element: the one that was taken out shows what follows of the same side and kind as well, and waits where there is
 * none just now but more to come.
 */
function useKept(
  { pictures, player, axis }: Pick<Props, 'pictures' | 'player' | 'axis'>,
  shows: (label: string) => boolean,
) {
  const i18n = useI18n()
  const [kept, move] = useState<Kept | null>(null)
  const label = kept?.label
  const $more = useMemo(() => {
    const those = pictures.filter((picture) => pictureWords(i18n, picture) === label)
    const end = Math.max(...those.map(({ to }) => to))
    return computed(player.$position, (position) => axis.toTime(position) < end)
  }, [i18n, player, pictures, axis, label])
  const more = useStore($more)
  const goesOn = kept !== null && shows(kept.label)
  const waits = kept !== null && kept.out && more && !goesOn
  useEffect(() => {
    if (!goesOn && !waits) move(null)
  }, [goesOn, waits])
  return { kept, waits, move }
}
