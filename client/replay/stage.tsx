import { useStore } from '@nanostores/react'
import { computed } from 'nanostores'
import { useMemo } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { phoneIcon } from '../ui/icons.ts'
import { Picture } from './picture.tsx'
import { PictureOut } from './picture-out.tsx'
import { pictureWords } from './picture-words.ts'
import type { Picture as PictureOf, Scene } from './scene.ts'

const AHEAD_MS = 2_000

/** Ids of the pictures at the moment, and of those soon due: `on` and `soon`. Equal sets give the same text. */
function near(pictures: readonly PictureOf[], time: number): string {
  return pictures
    .filter(({ from, to }) => time >= from - AHEAD_MS && time < to)
    .map(({ id, from }) => `${id} ${time >= from ? 'on' : 'soon'}`)
    .join('\n')
}

/** The pictures of the moment, side by side. */
export function Stage({ scene }: { scene: Scene }) {
  const i18n = useI18n()
  const { t } = i18n
  const { player, pictures, axis } = scene
  const $near = useMemo(
    () => computed(player.$position, (position) => near(pictures, axis.toTime(position))),
    [player, pictures, axis],
  )
  const states = new Map(
    useStore($near)
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
  const shown = [...states.values()].includes('on')
  if (pictures.length === 0) return null
  return (
    <div className="stage">
      {pictures
        .filter(({ id }) => states.has(id))
        .map((picture) => (
          <Picture
            key={picture.id}
            picture={picture}
            player={player}
            screens={scene.screens}
            label={pictureWords(i18n, picture)}
            tools={(video) => (
              <PictureOut video={video} player={player} label={pictureWords(i18n, picture)} />
            )}
            shown={states.get(picture.id) === 'on'}
          />
        ))}
      {shown ? null : (
        <p className="stage-empty">
          <Icon of={phoneIcon} />
          {t('replay.voiceOnly')}
        </p>
      )}
    </div>
  )
}
