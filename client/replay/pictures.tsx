import { useStore } from '@nanostores/react'
import { computed } from 'nanostores'
import { type ReactNode, type RefObject, useMemo } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { phoneIcon } from '../ui/icons.ts'
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
  if (pictures.length === 0) return null
  return (
    <div className="stage">
      {pictures
        .filter(({ id }) => states.has(id))
        .map((picture) => {
          const label = pictureWords(i18n, picture)
          return (
            <Picture
              key={picture.id}
              {...{ picture, player, label, screens }}
              shown={states.get(picture.id) === 'on'}
              tools={tools && ((video) => tools(video, label))}
            />
          )
        })}
      {[...states.values()].includes('on') ? null : (
        <p className="stage-empty">
          <Icon of={phoneIcon} />
          {i18n.t('replay.voiceOnly')}
        </p>
      )}
    </div>
  )
}
